import type { Ctx } from "../platform/context.ts";
import { Invalid } from "../platform/errors.ts";
import { parseMatchers } from "../platform/labels/matchers.ts";
import { projectMatchers } from "../platform/labels/project.ts";
import type { MetricStore } from "./metric-store.ts";
import { checkSteps, niceStep } from "./resolution.ts";
import type { MetricQuery, MetricQueryResult } from "./schemas.ts";
import { parseTimeRange } from "./time-range.ts";

const maxGroupLabels = 20;

/** Draws one metric. Throws Invalid naming the parameter that cannot be read, and what would be right. */
export async function queryMetrics(
  ctx: Ctx,
  query: MetricQuery,
  deps: { store: MetricStore },
): Promise<MetricQueryResult> {
  const range = parseTimeRange(query.from, query.to, ctx.nowMs);
  const stepMs = query.stepMs ?? niceStep(range.toMs - range.fromMs);
  checkSteps(range.fromMs, range.toMs, stepMs);
  return deps.store.query(ctx.tenantId, {
    name: query.name,
    matchers: [...projectMatchers(ctx.projects), ...parseMatchers(query.match)],
    aggregate: query.aggregate,
    groupBy: parseGroupBy(query.groupBy),
    stepMs,
    ...range,
  });
}

function parseGroupBy(text: string): string[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  if (names.length <= maxGroupLabels) return [...new Set(names)];
  throw new Invalid(
    `groupBy names ${names.length} labels; at most ${maxGroupLabels} tell groups apart.`,
    "groupBy",
  );
}

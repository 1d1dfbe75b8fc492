import type { Labels } from "../../events/alerts.ts";
import { type MetricStore, parseTime } from "../metrics/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Invalid } from "../platform/errors.ts";
import { type Matcher, parseMatchers } from "../platform/labels/matchers.ts";
import { projectMatchers } from "../platform/labels/project.ts";
import { type History, type Projected, project, projectionLevel, reach } from "./project.ts";
import type { ForecastQuery, ForecastResult } from "./schemas.ts";

type Metrics = Pick<MetricStore, "query">;

/** What is looked ahead from, and how far. */
export interface Outlook {
  name: string;
  matchers: readonly Matcher[];
  aggregate: ForecastQuery["aggregate"];
  groupBy: readonly string[];
  fromMs: number;
  toMs: number;
  horizonMs: number;
}
export interface GroupOutlook {
  labels: Labels;
  history: History;
  /** The last value known. */
  last: number | null;
  projected: Projected;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Each divides a day, so that a day is a whole number of steps. */
const stepsMs = [
  minuteMs,
  5 * minuteMs,
  15 * minuteMs,
  hourMs,
  2 * hourMs,
  3 * hourMs,
  6 * hourMs,
  24 * hourMs,
];
const targetSteps = 400;
const mostGroups = 10;
const fewestUseful = 48;

/** Where each group of a metric is heading. Throws Invalid for a query that cannot be. */
export async function forecastMetric(
  ctx: Ctx,
  query: ForecastQuery,
  metrics: Metrics,
): Promise<ForecastResult> {
  const fromMs = parseTime(query.from, ctx.nowMs, "from");
  if (fromMs >= ctx.nowMs)
    throw new Invalid("A forecast is learnt from the past; from must lie before now.", "from");
  const groupBy = query.groupBy
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  const outlook = await lookOut(
    ctx.tenantId,
    {
      name: query.name,
      matchers: [...projectMatchers(ctx.projects), ...parseMatchers(query.match)],
      aggregate: query.aggregate,
      groupBy,
      fromMs,
      toMs: ctx.nowMs,
      horizonMs: query.horizonMs,
    },
    metrics,
  );
  return {
    name: query.name,
    unit: outlook.unit,
    stepMs: outlook.stepMs,
    level: projectionLevel,
    limit: query.limit ?? null,
    truncated: outlook.truncated,
    groups: outlook.groups.map((group) => shown(group, query.limit)),
  };
}

/** The groups of a metric with their projections, at a step fine enough for the history there is. */
export async function lookOut(tenantId: string, outlook: Outlook, metrics: Metrics) {
  const { fromMs, toMs } = outlook;
  const ask = (from: number, stepMs: number) =>
    metrics.query(tenantId, { ...outlook, fromMs: Math.floor(from / stepMs) * stepMs, toMs, stepMs });
  let answer = await ask(fromMs, stepFor(toMs - fromMs));
  const beginsMs = firstValueMs(answer);
  const short = beginsMs !== undefined && (toMs - beginsMs) / answer.stepMs < fewestUseful;
  if (short && stepFor(toMs - beginsMs) < answer.stepMs)
    answer = await ask(beginsMs, stepFor(toMs - beginsMs));
  const { stepMs, unit, groups } = answer;
  const found: GroupOutlook[] = [];
  for (const { labels, values } of groups.slice(0, mostGroups)) {
    const history = { fromMs: answer.timesMs[0] ?? fromMs, stepMs, values: withoutLast(values) };
    const last = history.values.findLast((value) => value !== null) ?? null;
    found.push({ labels, history, last, projected: await project(history, outlook.horizonMs) });
  }
  return { unit, stepMs, groups: found, truncated: answer.truncated || groups.length > mostGroups };
}

function stepFor(spanMs: number): number {
  return stepsMs.find((stepMs) => stepMs * targetSteps >= spanMs) ?? 24 * hourMs;
}

function firstValueMs({ timesMs, groups }: Awaited<ReturnType<Metrics["query"]>>): number | undefined {
  const at = timesMs.findIndex((_, i) => groups.some(({ values }) => (values[i] ?? null) !== null));
  return timesMs[at];
}

/** The step that is still going on would bend the end of every history. */
const withoutLast = (values: readonly (number | null)[]) => values.slice(0, -1);

function shown({ labels, history, last, projected }: GroupOutlook, limit: number | undefined) {
  const known = history.values.flatMap((value, i) =>
    value === null ? [] : [{ value, timeMs: history.fromMs + i * history.stepMs }],
  );
  const past = { timesMs: known.map(({ timeMs }) => timeMs), values: known.map(({ value }) => value) };
  if (projected.kind === "refused") {
    const nothing = { method: "trend" as const, periodsMs: [], timesMs: [], values: [], low: [], high: [] };
    const never = { earliestAt: null, probablyAt: null };
    return { labels, ...nothing, history: past, reachesLimit: never, refused: projected.reason };
  }
  const { kind: _kind, ...ahead } = projected;
  const reached = limit === undefined || last === null ? undefined : reach(projected, last, limit);
  const iso = (ms: number | null | undefined) => (ms === null || ms === undefined ? null : isoTime(ms));
  return {
    labels,
    ...ahead,
    history: past,
    reachesLimit: { earliestAt: iso(reached?.earliestMs), probablyAt: iso(reached?.probablyMs) },
    refused: null,
  };
}

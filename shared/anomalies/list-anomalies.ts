import { parseTimeRange } from "../metrics/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { NotFound } from "../platform/errors.ts";
import { maySeeProject, projectOf } from "../platform/labels/project.ts";
import type { AnomalyStore } from "./anomaly-store.ts";
import { ranksWithin } from "./may-page.ts";
import type { Anomaly, AnomalyFilter, AnomalyList } from "./schemas.ts";

/** How many reads one request may take for the sake of a filter that no index serves. */
const maxReads = 20;

/** Anomalies that began in the span and fit the filter, the newest first. Throws Invalid for a span that cannot be. */
export async function listAnomalies(
  ctx: Ctx,
  filter: AnomalyFilter,
  { anomalies }: { anomalies: AnomalyStore },
): Promise<AnomalyList> {
  const { fromMs, toMs } = parseTimeRange(filter.from, filter.to, ctx.nowMs);
  const span = { from: isoTime(fromMs), to: isoTime(toMs) };
  const items: Anomaly[] = [];
  let { cursor } = filter;
  let reads = 0;
  do {
    const page = await anomalies.list(ctx.tenantId, span, filter.limit - items.length, cursor);
    items.push(...page.items.filter((anomaly) => isSeen(ctx, anomaly) && fits(anomaly, filter)));
    cursor = page.cursor;
  } while (cursor && items.length < filter.limit && ++reads < maxReads);
  return { items, cursor: cursor ?? null };
}

/** Whether all that an anomaly tells of, its contributions too, is of projects that may be seen. */
export const isSeen = (
  work: Pick<Ctx, "projects">,
  { labels, contributions }: Pick<Anomaly, "labels" | "contributions">,
): boolean =>
  [labels, ...contributions.map((one) => one.labels)].every((one) => maySeeProject(work, projectOf(one)));

function fits(anomaly: Anomaly, { state, service, metric, kind, mode, sensitivity }: AnomalyFilter): boolean {
  return (
    (state === undefined || anomaly.state === state) &&
    (service === undefined || anomaly.service === service) &&
    (metric === undefined || anomaly.metric === metric) &&
    (kind === undefined || anomaly.kind === kind) &&
    (mode === undefined || anomaly.mode === mode) &&
    ranksWithin(anomaly.sensitivity, sensitivity)
  );
}

/** Throws NotFound. */
export async function getAnomaly(
  ctx: Ctx,
  id: string,
  { anomalies }: { anomalies: AnomalyStore },
): Promise<Anomaly> {
  const anomaly = await anomalies.get(ctx.tenantId, id);
  if (!anomaly || !isSeen(ctx, anomaly)) throw new NotFound("anomaly", id);
  return anomaly;
}

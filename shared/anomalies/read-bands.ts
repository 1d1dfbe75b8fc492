import { groupKey, type MetricStore, parseTimeRange } from "../metrics/index.ts";
import type { Ctx } from "../platform/context.ts";
import { parseMatchers } from "../platform/labels/matchers.ts";
import { projectMatchers } from "../platform/labels/project.ts";
import type { AnomalyStore } from "./anomaly-store.ts";
import { anomaliesIn } from "./overlapping.ts";
import { drawBand, readReel } from "./replay-series.ts";
import type { BandsQuery, BandsResult } from "./schemas.ts";

const mostSeries = 10;
const usualSteps = 300;

/**
 * What the detector would have expected of a metric's series, step by step, and the anomalies it told of. Steps finer
 * than a day of history allows come out wider. Throws Invalid for a span that cannot be.
 */
export async function readBands(
  ctx: Ctx,
  query: BandsQuery,
  { metrics, anomalies }: { metrics: Pick<MetricStore, "query" | "listSeries">; anomalies: AnomalyStore },
): Promise<BandsResult> {
  const span = parseTimeRange(query.from, query.to, ctx.nowMs);
  const matchers = [...projectMatchers(ctx.projects), ...parseMatchers(query.match)];
  const stepMs = query.stepMs ?? (span.toMs - span.fromMs) / usualSteps;
  const [reel, listed] = await Promise.all([
    readReel(ctx.tenantId, { name: query.name, matchers, ...span, stepMs }, metrics, mostSeries),
    metrics.listSeries(ctx.tenantId, query.name, matchers, 10 * mostSeries),
  ]);
  const ids = new Map(listed.items.map(({ labels, seriesId }) => [groupKey(labels), seriesId]));
  const series = reel.series.flatMap(({ labels, values }) => {
    const seriesId = ids.get(groupKey(labels));
    if (seriesId === undefined) return [];
    const shown = values.slice(reel.warmSteps);
    return [
      { seriesId, labels, signal: reel.signal, unit: reel.unit, values: shown, ...drawBand(reel, values) },
    ];
  });
  const own = new Set(series.map(({ seriesId }) => seriesId));
  return {
    name: query.name,
    stepMs: reel.stepMs,
    timesMs: reel.timesMs.slice(reel.warmSteps),
    series,
    anomalies: await anomaliesIn(
      ctx.tenantId,
      span,
      ({ seriesId }) => seriesId !== null && own.has(seriesId),
      anomalies,
    ),
    truncated: reel.truncated,
  };
}

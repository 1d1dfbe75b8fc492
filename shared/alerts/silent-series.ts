import type { MetricStore, SeriesPoints } from "../metrics/index.ts";
import type { Matcher } from "../platform/labels/matchers.ts";
import type { MeasuredRule } from "./schemas.ts";

/** A series gone longer than this before any alert spoke of it is taken as retired. */
const retiredAfterMs = 86_400_000;
const pageSize = 1_000;
const maxSeries = 20_000;

/** Series of the rule that have sent nothing for `noDataAfterMs`, as series without points. */
export async function silentSeries(
  tenantId: string,
  rule: MeasuredRule,
  matchers: readonly Matcher[],
  atMs: number,
  metrics: Pick<MetricStore, "listSeries">,
): Promise<SeriesPoints[]> {
  const silent: SeriesPoints[] = [];
  let looked = 0;
  let cursor: string | undefined;
  do {
    const page = await metrics.listSeries(tenantId, rule.metric, matchers, pageSize, cursor);
    for (const { seriesId, labels, lastSeenAt } of page.items) {
      const silentMs = atMs - Date.parse(lastSeenAt);
      if (silentMs < rule.noDataAfterMs || silentMs > retiredAfterMs + rule.noDataAfterMs) continue;
      silent.push(withoutPoints(seriesId, rule.metric, labels));
    }
    looked += page.items.length;
    cursor = page.cursor;
  } while (cursor && looked < maxSeries);
  return silent;
}

function withoutPoints(seriesId: string, name: string, labels: Record<string, string>): SeriesPoints {
  const none = new Float64Array(0);
  return {
    series: { seriesId, name, type: "gauge", unit: null, temporality: null, monotonic: false, labels },
    timesMs: none,
    startTimesMs: none,
    values: none,
    distributions: null,
  };
}

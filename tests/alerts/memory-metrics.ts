import { between, seriesIn, unite } from "../../shared/alerts/series-points.ts";
import {
  aggregateWindow,
  groupMembers,
  type MetricStore,
  type SeriesPoints,
} from "../../shared/metrics/index.ts";
import { matchesAll } from "../../shared/platform/labels/matchers.ts";
import { aBatch, type Sample } from "./builders.ts";

/** The part of a MetricStore that alerts read, over points kept in memory. */
export function memoryMetrics() {
  const kept = new Map<string, SeriesPoints[]>();
  let reads = 0;
  const store: Pick<MetricStore, "readPoints" | "listSeries" | "query"> = {
    async readPoints(tenantId, { name, matchers, fromMs, toMs }) {
      reads++;
      return (kept.get(tenantId) ?? []).flatMap((points) => {
        if (points.series.name !== name || !matchesAll(matchers, points.series.labels)) return [];
        const from = points.timesMs.findIndex((time) => time >= fromMs);
        const until = points.timesMs.findIndex((time) => time >= toMs);
        if (from < 0) return [];
        const to = until < 0 ? points.timesMs.length : until;
        if (from >= to) return [];
        return [
          {
            ...points,
            timesMs: points.timesMs.slice(from, to),
            startTimesMs: points.startTimesMs.slice(from, to),
            values: points.values.slice(from, to),
          },
        ];
      });
    },
    async query(tenantId, input) {
      const { name, aggregate, stepMs, fromMs, toMs } = input;
      const points = await store.readPoints(tenantId, { ...input, fromMs: fromMs - stepMs });
      const timesMs = Array.from(
        { length: Math.ceil((toMs - fromMs) / stepMs) },
        (_, i) => fromMs + i * stepMs,
      );
      const { groups } = groupMembers(points, ({ series }) => series.labels, input.groupBy);
      return {
        ...{ name, aggregate, stepMs, timesMs },
        unit: points[0]?.series.unit ?? null,
        type: points[0]?.series.type ?? null,
        resolution: "raw",
        groups: groups.map(({ labels, members }) => ({
          labels,
          values: timesMs.map((timeMs) =>
            aggregateWindow(between(members, timeMs, timeMs + stepMs), aggregate, timeMs, timeMs + stepMs),
          ),
        })),
        truncated: false,
      };
    },
    async listSeries(tenantId, name, matchers) {
      const items = (kept.get(tenantId) ?? []).flatMap(({ series, timesMs }) =>
        series.name === name && matchesAll(matchers, series.labels)
          ? [
              {
                seriesId: series.seriesId,
                labels: series.labels,
                lastSeenAt: new Date(timesMs.at(-1) ?? 0).toISOString(),
              },
            ]
          : [],
      );
      return { items, cursor: undefined };
    },
  };
  return {
    store,
    reads: () => reads,
    keep(tenantId: string, samples: readonly Sample[]) {
      const batch = aBatch(samples);
      const names = new Set(batch.series.map(({ name }) => name));
      for (const name of names) {
        kept.set(tenantId, unite(kept.get(tenantId) ?? [], seriesIn(batch, name)));
      }
    },
  };
}

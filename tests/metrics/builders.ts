import type { Labels } from "../../events/alerts.ts";
import type { Distribution, PointBatch, Series, SeriesPoints } from "../../shared/metrics/index.ts";
import { makeSeriesId, PointBatchBuilder } from "../../shared/metrics/index.ts";

/** 2026-05-01T00:00:00Z: the first minute of an hour, of six hours and of a day. */
export const midnightMs = Date.UTC(2026, 4, 1);
export const secondMs = 1_000;
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export function aSeries(given: Partial<Omit<Series, "seriesId">> = {}): Series {
  const described = {
    name: "cpu.utilization",
    type: "gauge" as const,
    unit: null,
    temporality: null,
    monotonic: false,
    labels: { host: "a" } as Labels,
    ...given,
  };
  return { seriesId: makeSeriesId(described), ...described };
}

export function aCounter(given: Partial<Omit<Series, "seriesId">> = {}): Series {
  return aSeries({ name: "requests", type: "sum", temporality: "cumulative", monotonic: true, ...given });
}

/** `[series, time, value]`, with a distribution where the series is of one. */
export type Point = readonly [series: Series, timeMs: number, value: number, distribution?: Distribution];

export function aBatch(points: readonly Point[]): PointBatch {
  const builder = new PointBatchBuilder();
  for (const [series, timeMs, value, distribution] of points) {
    builder.add(series, timeMs, 0, value, 0, distribution);
  }
  return builder.build();
}

export function pointsOf(
  series: Series,
  points: readonly (readonly [timeMs: number, value: number])[],
): SeriesPoints {
  return {
    series,
    timesMs: Float64Array.from(points, ([timeMs]) => timeMs),
    startTimesMs: new Float64Array(points.length),
    values: Float64Array.from(points, ([, value]) => value),
    distributions: null,
  };
}

export function distributionsOf(
  series: Series,
  points: readonly (readonly [timeMs: number, distribution: Distribution])[],
): SeriesPoints {
  return {
    series,
    timesMs: Float64Array.from(points, ([timeMs]) => timeMs),
    startTimesMs: new Float64Array(points.length),
    values: Float64Array.from(points, ([, { sum }]) => sum ?? Number.NaN),
    distributions: points.map(([, one]) => one),
  };
}

export function aHistogram(counts: number[], given: { bounds?: number[]; sum?: number } = {}): Distribution {
  return {
    kind: "explicit",
    count: counts.reduce((sum, count) => sum + count, 0),
    sum: given.sum ?? null,
    min: null,
    max: null,
    bounds: given.bounds ?? [1, 2, 5],
    counts,
  };
}

import type { Labels } from "../../events/alerts.ts";
import type { MetricType } from "./schemas.ts";

/** What identifies and describes one series; `seriesId` is a hash of name, type, temporality and sorted labels. */
export interface Series {
  /** 16 lower-case hex digits. */
  seriesId: string;
  name: string;
  type: MetricType;
  unit: string | null;
  /** Sums and histograms: what one point covers. Gauges and summaries: null. */
  temporality: "delta" | "cumulative" | null;
  monotonic: boolean;
  /** Resource and point attributes, flattened to text; keys sorted. */
  labels: Labels;
}

/** A histogram, exponential histogram or summary point. Counts may be fractional after merging roll-ups. */
export type Distribution =
  | {
      kind: "explicit";
      count: number;
      sum: number | null;
      min: number | null;
      max: number | null;
      bounds: number[];
      counts: number[];
    }
  | {
      kind: "exponential";
      count: number;
      sum: number | null;
      min: number | null;
      max: number | null;
      scale: number;
      zeroCount: number;
      positive: { offset: number; counts: number[] };
      negative: { offset: number; counts: number[] };
    }
  | { kind: "summary"; count: number; sum: number; quantiles: { quantile: number; value: number }[] };

/** Whether the points of such a series are distributions. */
export function isDistribution({ type }: Pick<Series, "type">): boolean {
  return type !== "gauge" && type !== "sum";
}

/** Why a point is not exactly as it was sent. */
export const pointFlags = { timeClamped: 1, timeMissing: 2 } as const;

/**
 * Points in columns: point i belongs to `series[seriesIndex[i]]`. `values` holds gauges and sums;
 * for distributions it holds the sum (NaN where none) and `distributions` has the rest.
 */
export interface PointBatch {
  series: Series[];
  seriesIndex: Uint32Array;
  /** Event time, ms since the epoch. */
  timesMs: Float64Array;
  /** Cumulative sums and histograms: the start of the count, ms; 0 where unknown. */
  startTimesMs: Float64Array;
  values: Float64Array;
  flags: Uint8Array;
  distributions: Map<number, Distribution>;
}

/** The points of one series in time order, one per timestamp. */
export interface SeriesPoints {
  series: Series;
  timesMs: Float64Array;
  startTimesMs: Float64Array;
  values: Float64Array;
  /** Set for distribution types, aligned with timesMs. */
  distributions: Distribution[] | null;
}

import { z } from "zod";
import { Labels } from "../../events/alerts.ts";

export const MetricType = z.enum(["gauge", "sum", "histogram", "exponential_histogram", "summary"]);
export type MetricType = z.infer<typeof MetricType>;

/** One row of `GET /api/metrics`. */
export const MetricInfo = z.object({
  name: z.string(),
  type: MetricType,
  unit: z.string().nullable(),
  /** Sums: true when the value only rises between resets. */
  monotonic: z.boolean(),
  /** Series that sent something within the day; recounted each hour. */
  seriesCount: z.int().nonnegative(),
  /** Up to an hour older than the newest point. */
  lastSeenAt: z.iso.datetime(),
});
export type MetricInfo = z.infer<typeof MetricInfo>;

export const MetricList = z.object({ items: z.array(MetricInfo), cursor: z.string().nullable() });
export type MetricList = z.infer<typeof MetricList>;

/** One row of `GET /api/metrics/{name}/series`. */
export const SeriesInfo = z.object({
  seriesId: z.string(),
  labels: Labels,
  /** Exact within the last hour; for a series silent for longer, up to six hours older than its newest point. */
  lastSeenAt: z.iso.datetime(),
});
export type SeriesInfo = z.infer<typeof SeriesInfo>;

export const SeriesList = z.object({ items: z.array(SeriesInfo), cursor: z.string().nullable() });
export type SeriesList = z.infer<typeof SeriesList>;

/** `GET /api/metrics`. */
export const MetricListFilter = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(200),
  cursor: z.string().max(4_096).optional(),
});
export type MetricListFilter = z.infer<typeof MetricListFilter>;

/** `GET /api/metrics/{name}/series`. A page may hold fewer series than the limit and still not be the last. */
export const SeriesFilter = z.object({
  match: z.string().max(4_096).default("{}"),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(4_096).optional(),
});
export type SeriesFilter = z.infer<typeof SeriesFilter>;

export const Aggregate = z.enum([
  "avg",
  "min",
  "max",
  "sum",
  "count",
  "last",
  "rate",
  "increase",
  "p50",
  "p75",
  "p90",
  "p95",
  "p99",
]);
export type Aggregate = z.infer<typeof Aggregate>;

/**
 * `GET /api/metrics/query`. Times are ISO 8601 or ms since the epoch; step is ms. Without a step, one is
 * picked that gives about 300 points. `match` is PromQL spelling: `{host="a",env=~"p.*"}`.
 */
export const MetricQuery = z.object({
  name: z.string().min(1).max(255),
  match: z.string().max(4_096).default("{}"),
  aggregate: Aggregate.default("avg"),
  /** Comma-separated label names; empty folds every series into one. `*` keeps every series apart. */
  groupBy: z.string().max(1_024).default(""),
  from: z.string().default("-1h"),
  to: z.string().default("now"),
  stepMs: z.coerce.number().int().min(1_000).max(86_400_000).optional(),
});
export type MetricQuery = z.infer<typeof MetricQuery>;

/**
 * Columns, not rows: `timesMs[i]` goes with every group's `values[i]`; null = no data in that step. A step is
 * named by its start and covers (timesMs[i], timesMs[i] + stepMs]. `stepMs` is larger than asked where only
 * coarser roll-ups are still kept.
 */
export const MetricQueryResult = z.object({
  name: z.string(),
  unit: z.string().nullable(),
  type: MetricType.nullable(),
  aggregate: Aggregate,
  stepMs: z.int(),
  /** Which storage resolution answered: raw points, or roll-ups. */
  resolution: z.enum(["raw", "5m", "1h"]),
  timesMs: z.array(z.int()),
  groups: z.array(z.object({ labels: Labels, values: z.array(z.number().nullable()) })),
  /** Groups beyond the cap were left out; narrow the matchers. */
  truncated: z.boolean(),
});
export type MetricQueryResult = z.infer<typeof MetricQueryResult>;

/** `GET /api/ingest/rate`: accepted points per minute over the last hour, oldest first. */
export const IngestRate = z.object({
  pointsPerSecond: z.number(),
  minutes: z.array(z.object({ atMs: z.int(), points: z.int() })),
});
export type IngestRate = z.infer<typeof IngestRate>;

import { z } from "zod";
import { Labels } from "./alerts.ts";

/** How readily a detector speaks: `high` soonest, `low` only of the extraordinary. */
export const Sensitivity = z.enum(["low", "medium", "high"]);
export type Sensitivity = z.infer<typeof Sensitivity>;

/** What an alert rule may do with an anomaly: nothing in `shadow`, wake people in `paging`. */
export const AnomalyMode = z.enum(["shadow", "paging"]);
export type AnomalyMode = z.infer<typeof AnomalyMode>;

export const Band = z.object({ low: z.number(), high: z.number() });
export type Band = z.infer<typeof Band>;

/** One metric's part, 0 to 1, of what makes a service unusual. */
export const Contribution = z.object({ metric: z.string(), labels: Labels, share: z.number() });
export type Contribution = z.infer<typeof Contribution>;

const anomalyFacts = {
  /** The same for ever for the same series and beginning. */
  anomalyId: z.string(),
  /** One series of a metric, or all metrics of a service together. */
  kind: z.enum(["metric", "vector"]),
  /** null for a vector. */
  metric: z.string().nullable(),
  seriesId: z.string().nullable(),
  service: z.string().nullable(),
  /** The series' own; of a service as a whole its name, and its project where that is not the default one. */
  labels: Labels,
  unit: z.string().nullable(),
  /** What the sample was, what was expected of it, and the band that ordinary ones keep to; null for a vector. */
  value: z.number().nullable(),
  expected: z.number().nullable(),
  band: Band.nullable(),
  /** −log10 of how rare it is for this series: 4 is one in ten thousand. */
  score: z.number().nonnegative(),
  /** What spoke loudest: up, level, variance, flatline, record-high …; null for a vector. */
  feature: z.string().nullable(),
  /** The metrics that make a vector unusual, most first; a metric's anomaly names itself. */
  contributions: z.array(Contribution),
  since: z.iso.datetime(),
  /** The time of the sample all this is about. */
  at: z.iso.datetime(),
  mode: AnomalyMode,
  /** What the gate is passed for: signal, unit family and rhythm, like `rate/count/daily`. */
  metricClass: z.string(),
  detectorVersion: z.string(),
  /** The least sensitive setting that finds it. */
  sensitivity: Sensitivity,
  reason: z.string(),
};

/** Told when it begins, and again when it has grown so far that a less sensitive setting finds it too. */
export const AnomalyDetectedV1 = z.object({
  ...anomalyFacts,
  /** null at its beginning. */
  previousSensitivity: Sensitivity.nullable(),
});
export type AnomalyDetectedV1 = z.infer<typeof AnomalyDetectedV1>;

export const AnomalyEndedV1 = z.object({
  ...anomalyFacts,
  endedAt: z.iso.datetime(),
  /**
   * `calm`: back inside its band; `adapted`: it stayed where it went, which is ordinary by now; `silent`: its series
   * stopped; `withdrawn`: data that came late explains it; `resolved`, `dismissed`: a person said so.
   */
  outcome: z.enum(["calm", "adapted", "silent", "withdrawn", "resolved", "dismissed"]),
});
export type AnomalyEndedV1 = z.infer<typeof AnomalyEndedV1>;

/** What a model makes of an anomaly: a guess beside the numbers, which decides nothing. */
export const AnomalyTriagedV1 = z.object({
  anomalyId: z.string(),
  /** The model's sentence. */
  text: z.string(),
  /** The shape it sees; "noise" = no anomaly at all. */
  kind: z.enum(["spike", "drop", "level-shift", "trend", "flatline", "noise"]),
  severity: z.enum(["info", "warning", "critical"]),
  /** false: it sees the anomaly far from how the numbers do, and theirs is the severity. */
  agrees: z.boolean(),
  model: z.string(),
  /** The time of the sample it speaks of. */
  at: z.iso.datetime(),
});
export type AnomalyTriagedV1 = z.infer<typeof AnomalyTriagedV1>;

import { z } from "zod";
import { Labels } from "../../events/alerts.ts";
import {
  AnomalyEndedV1,
  AnomalyMode,
  AnomalyTriagedV1,
  Band,
  Contribution,
  Sensitivity,
} from "../../events/anomalies.ts";

/** What of a series is watched: its values, how fast it grows a second, or the mean of what it observed. */
export const Signal = z.enum(["value", "rate", "mean"]);
export type Signal = z.infer<typeof Signal>;

/** What a person said of an anomaly. */
export const Feedback = z.object({
  kind: z.enum(["acknowledged", "resolved", "dismissed"]),
  at: z.iso.datetime(),
  by: z.string(),
  note: z.string().nullable(),
});
export type Feedback = z.infer<typeof Feedback>;

/** What an Isolation Forest says of the same moment of a service; it decides nothing. */
export const SecondOpinion = z.object({
  /** The forest that was asked; null where the service has none yet. */
  modelVersion: z.int().positive().nullable(),
  /** 0 to 1: about 0.5 for ordinary rows. */
  isolation: z.number().nullable(),
  /** Beyond what 99 of 100 rows of its own training show. */
  agrees: z.boolean().nullable(),
});
export type SecondOpinion = z.infer<typeof SecondOpinion>;

export const Anomaly = z.object({
  id: z.string(),
  kind: z.enum(["metric", "vector"]),
  state: z.enum(["open", "ended"]),
  mode: AnomalyMode,
  /** Why it pages or does not, in a sentence. */
  modeReason: z.string(),
  metric: z.string().nullable(),
  seriesId: z.string().nullable(),
  signal: Signal.nullable(),
  service: z.string().nullable(),
  labels: Labels,
  unit: z.string().nullable(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  outcome: AnomalyEndedV1.shape.outcome.nullable(),
  /** At its most unusual moment: the sample, what was expected of it, and the band of ordinary ones. */
  peakAt: z.iso.datetime(),
  value: z.number().nullable(),
  expected: z.number().nullable(),
  band: Band.nullable(),
  /** −log10 of its rarity for this series. */
  score: z.number().nonnegative(),
  /** The least sensitive setting that finds it. */
  sensitivity: Sensitivity,
  feature: z.string().nullable(),
  contributions: z.array(Contribution),
  secondOpinion: SecondOpinion.nullable(),
  /** A model's guess, where one is set up and the anomaly may page; it decides nothing. */
  triage: AnomalyTriagedV1.omit({ anomalyId: true }).nullable().default(null),
  metricClass: z.string(),
  detectorVersion: z.string(),
  /** Oldest first. */
  feedback: z.array(Feedback),
  reason: z.string(),
  /** Rises with each change. */
  version: z.int().positive(),
});
export type Anomaly = z.infer<typeof Anomaly>;

export const AnomalyList = z.object({ items: z.array(Anomaly), cursor: z.string().nullable() });
export type AnomalyList = z.infer<typeof AnomalyList>;

/** `GET /api/anomalies`: the newest first. A page may hold fewer than the limit and still not be the last. */
export const AnomalyFilter = z.object({
  state: z.enum(["open", "ended"]).optional(),
  service: z.string().max(255).optional(),
  metric: z.string().max(255).optional(),
  kind: z.enum(["metric", "vector"]).optional(),
  mode: AnomalyMode.optional(),
  /** What this setting finds; `high` shows all. */
  sensitivity: Sensitivity.default("medium"),
  /** Those that began in this span. */
  from: z.string().default("-7d"),
  to: z.string().default("now"),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(4_096).optional(),
});
export type AnomalyFilter = z.infer<typeof AnomalyFilter>;

/** `POST /api/anomalies/{id}/acknowledge`, `/resolve` and `/dismiss`; the answer is the Anomaly. */
export const FeedbackInput = z.strictObject({ note: z.string().trim().max(1_000).optional() });
export type FeedbackInput = z.infer<typeof FeedbackInput>;

/** `GET /api/anomalies/{id}/decisions`: why it was told, why it did or did not page, what people said; newest first. */
export const AnomalyDecision = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  anomalyId: z.string(),
  outcome: z.enum([
    "detected",
    "grew",
    "ended",
    "withdrawn",
    /** It stands in no list's way: shadow, gate not passed, or the series' own threshold was raised by feedback. */
    "suppressed",
    "acknowledged",
    "resolved",
    "dismissed",
  ]),
  mode: AnomalyMode,
  score: z.number().nullable(),
  /** What the score had to reach, with what feedback added. */
  threshold: z.number().nullable(),
  inputs: z.object({
    value: z.number().nullable(),
    expected: z.number().nullable(),
    band: Band.nullable(),
    feature: z.string().nullable(),
    metricClass: z.string(),
    detectorVersion: z.string(),
    sampleAt: z.iso.datetime(),
    causationId: z.string().nullable(),
  }),
  actor: z.string(),
  reason: z.string(),
});
export type AnomalyDecision = z.infer<typeof AnomalyDecision>;

export const AnomalyDecisionList = z.object({
  items: z.array(AnomalyDecision),
  cursor: z.string().nullable(),
});
export type AnomalyDecisionList = z.infer<typeof AnomalyDecisionList>;

/**
 * `GET /api/anomalies/bands`: what was expected of the series a chart shows. One chart shows one metric, and `match`
 * is its matchers. The bands are those the detector would have drawn then, step by step, so they go with any chart of
 * the same span; at most ten series.
 */
export const BandsQuery = z.object({
  name: z.string().min(1).max(255),
  match: z.string().max(4_096).default("{}"),
  from: z.string().default("-1h"),
  to: z.string().default("now"),
  stepMs: z.coerce.number().int().min(60_000).max(86_400_000).optional(),
});
export type BandsQuery = z.infer<typeof BandsQuery>;

/** Columns: `timesMs[i]` goes with the i-th of each list; null while warming up or without a sample. */
export const SeriesBands = z.object({
  seriesId: z.string(),
  labels: Labels,
  signal: Signal,
  unit: z.string().nullable(),
  values: z.array(z.number().nullable()),
  expected: z.array(z.number().nullable()),
  low: z.array(z.number().nullable()),
  high: z.array(z.number().nullable()),
  score: z.array(z.number().nullable()),
});
export type SeriesBands = z.infer<typeof SeriesBands>;

export const BandsResult = z.object({
  name: z.string(),
  stepMs: z.int(),
  timesMs: z.array(z.int()),
  series: z.array(SeriesBands),
  /** Those of the series that overlap the span. */
  anomalies: z.array(Anomaly),
  truncated: z.boolean(),
});
export type BandsResult = z.infer<typeof BandsResult>;

/** `GET /api/anomalies/vectors`: the services watched as a whole, the most unusual first. */
export const VectorSummary = z.object({
  project: z.string(),
  service: z.string(),
  metricCount: z.int().nonnegative(),
  at: z.iso.datetime().nullable(),
  score: z.number().nullable(),
  openAnomalyId: z.string().nullable(),
});
export type VectorSummary = z.infer<typeof VectorSummary>;
export const VectorList = z.object({ items: z.array(VectorSummary) });
export type VectorList = z.infer<typeof VectorList>;

/** `GET /api/anomalies/vectors/{service}`: how unusual the service is as a whole, and which metrics make it so. */
export const VectorView = z.object({
  project: z.string(),
  service: z.string(),
  stepMs: z.int(),
  timesMs: z.array(z.int()),
  score: z.array(z.number().nullable()),
  /** What the score must reach at each sensitivity. */
  thresholds: z.object({ low: z.number(), medium: z.number(), high: z.number() }),
  /** The watched metrics, the most unusual first. */
  metrics: z.array(
    z.object({
      metric: z.string(),
      labels: Labels,
      unit: z.string().nullable(),
      /** Its part of the newest row's strangeness, 0 to 1. */
      share: z.number(),
      /** How many deviations it is off, moment by moment. */
      strangeness: z.array(z.number().nullable()),
    }),
  ),
  secondOpinion: SecondOpinion,
  anomalies: z.array(Anomaly),
});
export type VectorView = z.infer<typeof VectorView>;
export const VectorQuery = z.object({
  /** Whose service of that name; by default the only one's one is narrowed to, else the default project's. */
  project: z.string().min(1).max(1_024).optional(),
  from: z.string().default("-3h"),
  to: z.string().default("now"),
});
export type VectorQuery = z.infer<typeof VectorQuery>;

/** One hurdle a detector took, or did not, for one class of metrics. */
export const Gate = z.object({
  metricClass: z.string(),
  at: z.iso.datetime(),
  /** The seeded synthetic series, or faults injected into the tenant's own quiet history. */
  corpora: z.array(
    z.object({
      corpus: z.enum(["synthetic", "own-history"]),
      seed: z.string(),
      seriesCount: z.int(),
      faults: z.int(),
      found: z.int(),
      falseAlarms: z.int(),
      f1: z.number(),
    }),
  ),
  /** The least of the corpora's F1 must reach this. */
  requiredF1: z.number(),
  passed: z.boolean(),
  reason: z.string(),
});
export type Gate = z.infer<typeof Gate>;

/** How far the scores of today lie from those at the time the version was accepted. */
export const Drift = z.object({
  at: z.iso.datetime(),
  /** Population stability index: below 0.1 steady, above 0.25 the scores mean something else than they did. */
  index: z.number().nonnegative(),
  verdict: z.enum(["steady", "moving", "drifted", "too-few-scores"]),
  scoreCount: z.int().nonnegative(),
  /** The lower edges of the score's bins, and the share of scores in each: then and today. */
  edges: z.array(z.number()),
  accepted: z.array(z.number()),
  today: z.array(z.number()),
});
export type Drift = z.infer<typeof Drift>;

export const DetectorVersion = z.object({
  /** Rises by one. */
  version: z.int().positive(),
  /** Follows from the algorithm and every parameter. */
  digest: z.string(),
  createdAt: z.iso.datetime(),
  /** `candidate`: in shadow; `accepted`: may page where its gates are passed; `retired`: another took its place. */
  status: z.enum(["candidate", "accepted", "retired"]),
  parameters: z.record(z.string(), z.union([z.number(), z.string()])),
  gates: z.array(Gate),
  drift: Drift.nullable(),
  note: z.string(),
});
export type DetectorVersion = z.infer<typeof DetectorVersion>;

/** One row of `GET /api/detectors`; `GET /api/detectors/{id}` has the same shape. */
export const Detector = z.object({
  /** `metric` or `vector`, which are the whole tenant's, or that of a service's forest. */
  id: z.string(),
  kind: z.enum(["metric", "vector", "forest"]),
  service: z.string().nullable(),
  /** A forest's; null for what is the whole tenant's. */
  project: z.string().nullable(),
  /** The version at work. */
  activeVersion: z.int().positive(),
  /** The classes for which it may page today. */
  pagingClasses: z.array(z.string()),
  /** Newest first, at most ten. */
  versions: z.array(DetectorVersion),
  trackedSeries: z.int().nonnegative().nullable(),
  /** More series than this are not watched. */
  maxSeries: z.int().positive().nullable(),
});
export type Detector = z.infer<typeof Detector>;
export const DetectorList = z.object({ items: z.array(Detector) });
export type DetectorList = z.infer<typeof DetectorList>;

/** `POST /api/detectors/{id}/roll-back`; the answer is the Detector. */
export const RollBackInput = z.strictObject({
  /** An earlier version, as `versions` lists it. */
  version: z.int().positive(),
  reason: z.string().trim().min(1).max(500),
});
export type RollBackInput = z.infer<typeof RollBackInput>;

/** `GET /api/metrics/forecast`: where a metric is heading. */
export const ForecastQuery = z.object({
  name: z.string().min(1).max(255),
  match: z.string().max(4_096).default("{}"),
  aggregate: z.enum(["avg", "min", "max", "last", "rate"]).default("avg"),
  /** Comma-separated label names; empty folds every series into one. At most ten groups are answered. */
  groupBy: z.string().max(1_024).default(""),
  /** How much history it is learnt from. */
  from: z.string().default("-14d"),
  /** How far ahead. */
  horizonMs: z.coerce.number().int().min(3_600_000).max(2_592_000_000).default(604_800_000),
  /** Says when this will be reached. */
  limit: z.coerce.number().optional(),
});
export type ForecastQuery = z.infer<typeof ForecastQuery>;

export const ForecastResult = z.object({
  name: z.string(),
  unit: z.string().nullable(),
  stepMs: z.int(),
  /** How sure the band is: 0.9 means nine of ten values are to lie inside. */
  level: z.number(),
  limit: z.number().nullable(),
  truncated: z.boolean(),
  groups: z.array(
    z.object({
      labels: Labels,
      /** `seasonal`: the periods named and the trend, by MSTL and ETS; `trend`: the trend alone. */
      method: z.enum(["seasonal", "trend"]),
      periodsMs: z.array(z.int()),
      history: z.object({ timesMs: z.array(z.int()), values: z.array(z.number()) }),
      timesMs: z.array(z.int()),
      values: z.array(z.number()),
      low: z.array(z.number()),
      high: z.array(z.number()),
      /** When the limit will be reached: at the earliest, most probably; null within the horizon. */
      reachesLimit: z.object({
        earliestAt: z.iso.datetime().nullable(),
        probablyAt: z.iso.datetime().nullable(),
      }),
      /** Why there is no forecast: too little history, say. Then the columns are empty. */
      refused: z.string().nullable(),
    }),
  ),
});
export type ForecastResult = z.infer<typeof ForecastResult>;

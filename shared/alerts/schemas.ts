import { z } from "zod";
import { Labels, Severity } from "../../events/alerts.ts";
import { Sensitivity } from "../../events/anomalies.ts";
import { Aggregate } from "../metrics/schemas.ts";
import { defaultProject, ProjectId } from "../tenancy/schemas.ts";

export const Operator = z.enum([">", "<", ">=", "<=", "==", "!="]);
export type Operator = z.infer<typeof Operator>;

/** What the rule holds when a series that had data sends none for `noDataAfterMs`. */
export const NoDataPolicy = z.enum(["ok", "keep", "alert"]);
export type NoDataPolicy = z.infer<typeof NoDataPolicy>;

const LabelName = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_.:-]*$/, "is not a label name")
  .max(128);

const spread = <T extends z.ZodType>(value: T) =>
  z
    .strictObject({ info: value.optional(), warning: value.optional(), critical: value.optional() })
    .refine(
      (all) => Object.values(all).some((one) => one !== undefined),
      "needs at least one of info, warning, critical",
    );

/** What every rule has. */
const ruleFields = {
  name: z.string().trim().min(1).max(200),
  /** The rule looks at the series of this project alone. */
  project: ProjectId.default(defaultProject),
  metric: z.string().min(1).max(255),
  /** PromQL spelling: `{host="a",env=~"p.*"}`. */
  match: z.string().max(4_096).default("{}"),
  /** One alert per distinct value of these labels; `["*"]` = one per series; empty = one for all. */
  groupBy: z
    .array(z.union([LabelName, z.literal("*")]))
    .max(20)
    .default([]),
  labels: Labels.default({}),
  /** May hold `{{ value }}`, `{{ threshold }}`, `{{ severity }}`, `{{ labels.host }}`. */
  annotations: Labels.default({}),
  enabled: z.boolean().default(true),
};

/** A value of a window of time, held against limits. */
const measuredFields = {
  ...ruleFields,
  aggregate: Aggregate.default("avg"),
  windowMs: z.int().min(1_000).max(86_400_000).default(60_000),
  operator: Operator,
  /** At least one. With several, the gravest crossed one is the alert's severity. */
  thresholds: spread(z.number()),
  /** The condition must hold this long before it fires. */
  forMs: z.int().min(0).max(86_400_000).default(0),
  /** It goes on firing this long after the condition last held. */
  keepFiringForMs: z.int().min(0).max(86_400_000).default(0),
  noData: NoDataPolicy.default("ok"),
  noDataAfterMs: z.int().min(60_000).max(86_400_000).default(300_000),
};

export const ThresholdRuleInput = z.strictObject({ type: z.literal("threshold"), ...measuredFields });
export type ThresholdRuleInput = z.infer<typeof ThresholdRuleInput>;

/** How far the window's value lies from that of the window `overMs` before it; the thresholds speak of the change. */
export const RateOfChangeRuleInput = z.strictObject({
  type: z.literal("rate-of-change"),
  ...measuredFields,
  overMs: z.int().min(10_000).max(86_400_000).default(600_000),
  /** `percent` of the earlier value, or the plain difference in the metric's own unit. */
  change: z.enum(["percent", "absolute"]).default("percent"),
});
export type RateOfChangeRuleInput = z.infer<typeof RateOfChangeRuleInput>;

/**
 * Fires while a detector finds a series, or a whole service, unlike itself, if its class of metrics may page. One
 * alert for each anomaly; `groupBy` must be `["*"]`.
 */
export const AnomalyRuleInput = z.strictObject({
  type: z.literal("anomaly"),
  ...ruleFields,
  /** `*` = every metric. With `watch: "services"` it is not looked at. */
  metric: ruleFields.metric.default("*"),
  groupBy: z.tuple([z.literal("*")]).default(["*"]),
  watch: z.enum(["series", "services"]).default("series"),
  sensitivity: Sensitivity.default("medium"),
  severity: Severity.default("warning"),
});
export type AnomalyRuleInput = z.infer<typeof AnomalyRuleInput>;

/** Fires when a metric is heading for a limit: "disk full in 3 days". Judged every quarter of an hour. */
export const ForecastRuleInput = z.strictObject({
  type: z.literal("forecast"),
  ...ruleFields,
  aggregate: z.enum(["avg", "min", "max", "last", "rate"]).default("avg"),
  /** The value that is not to be reached, from whichever side. */
  limit: z.number(),
  /** Fires when the limit will probably be reached within this time. At least one. */
  withinMs: spread(z.int().min(3_600_000).max(2_592_000_000)),
  /** How much history it is learnt from. */
  historyMs: z.int().min(3_600_000).max(2_592_000_000).default(1_209_600_000),
  keepFiringForMs: z.int().min(0).max(86_400_000).default(3_600_000),
});
export type ForecastRuleInput = z.infer<typeof ForecastRuleInput>;

/** Rules written before there were others are thresholds, and so is one that names no type. */
function typed(rule: unknown): unknown {
  const untyped = typeof rule === "object" && rule !== null && !("type" in rule);
  return untyped ? { type: "threshold", ...rule } : rule;
}

/** What a person writes; everything else about a rule the platform adds. */
export const AlertRuleInput = z.preprocess(
  typed,
  z.discriminatedUnion("type", [
    ThresholdRuleInput,
    RateOfChangeRuleInput,
    AnomalyRuleInput,
    ForecastRuleInput,
  ]),
);
export type AlertRuleInput = z.infer<typeof AlertRuleInput>;

const addedFields = {
  id: z.string(),
  version: z.int().positive(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  updatedBy: z.string(),
};

export const AlertRule = z.preprocess(
  typed,
  z.discriminatedUnion("type", [
    z.object({ ...ThresholdRuleInput.shape, ...addedFields }),
    z.object({ ...RateOfChangeRuleInput.shape, ...addedFields }),
    z.object({ ...AnomalyRuleInput.shape, ...addedFields }),
    z.object({ ...ForecastRuleInput.shape, ...addedFields }),
  ]),
);
export type AlertRule = z.infer<typeof AlertRule>;

/** The types that hold a value of their window against limits. */
export type MeasuredRuleInput = ThresholdRuleInput | RateOfChangeRuleInput;
export type MeasuredRule = Extract<AlertRule, { type: MeasuredRuleInput["type"] }>;
export function isMeasured(rule: AlertRule): rule is MeasuredRule {
  return rule.type === "threshold" || rule.type === "rate-of-change";
}
export type ThresholdRule = Extract<AlertRule, { type: "threshold" }>;
export type AnomalyRule = Extract<AlertRule, { type: "anomaly" }>;
export type ForecastRule = Extract<AlertRule, { type: "forecast" }>;

export const AlertRuleList = z.object({ items: z.array(AlertRule), cursor: z.string().nullable() });
export type AlertRuleList = z.infer<typeof AlertRuleList>;

export const AlertState = z.enum(["inactive", "pending", "firing", "resolved"]);
export type AlertState = z.infer<typeof AlertState>;

export const Alert = z.object({
  id: z.string(),
  project: z.string().default(defaultProject),
  ruleId: z.string(),
  ruleVersion: z.int().positive(),
  ruleName: z.string(),
  metric: z.string(),
  /** Of rule and group labels: the same alert keeps it for ever. */
  fingerprint: z.string(),
  state: AlertState,
  severity: Severity,
  labels: Labels,
  annotations: Labels,
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  unit: z.string().nullable(),
  pendingSince: z.iso.datetime().nullable(),
  startedAt: z.iso.datetime().nullable(),
  resolvedAt: z.iso.datetime().nullable(),
  lastEvaluatedAt: z.iso.datetime(),
  reason: z.string(),
  version: z.int().positive(),
});
export type Alert = z.infer<typeof Alert>;

export const AlertList = z.object({ items: z.array(Alert), cursor: z.string().nullable() });
export type AlertList = z.infer<typeof AlertList>;

/** `GET /api/alerts`. */
export const AlertFilter = z.object({
  state: AlertState.optional(),
  severity: Severity.optional(),
  ruleId: z.string().optional(),
  /** One `name=value` label. */
  label: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
});
export type AlertFilter = z.infer<typeof AlertFilter>;

/** Why the platform did, or did not, do something: readable on its own. */
export const AlertDecision = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  alertId: z.string().nullable(),
  ruleId: z.string(),
  ruleVersion: z.int().positive(),
  outcome: z.enum([
    "fired",
    "resolved",
    "pending",
    "pending-dropped",
    "severity-changed",
    "kept",
    "no-data",
    "evaluated",
    /** An anomaly that may not page, or not at the rule's sensitivity. */
    "suppressed",
  ]),
  from: AlertState,
  to: AlertState,
  severity: Severity.nullable(),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  /** The points, window and clock the verdict was reached from. */
  inputs: z.object({
    windowFromMs: z.int(),
    windowToMs: z.int(),
    pointCount: z.int(),
    seriesCount: z.int(),
    causationId: z.string().nullable(),
  }),
  reason: z.string(),
});
export type AlertDecision = z.infer<typeof AlertDecision>;

export const AlertDecisionList = z.object({ items: z.array(AlertDecision), cursor: z.string().nullable() });
export type AlertDecisionList = z.infer<typeof AlertDecisionList>;

/** `POST /api/alert-rules/backtest`. */
export const BacktestInput = z.strictObject({
  rule: AlertRuleInput,
  from: z.string().default("-24h"),
  to: z.string().default("now"),
});
export type BacktestInput = z.infer<typeof BacktestInput>;

export const BacktestResult = z.object({
  fromMs: z.int(),
  toMs: z.int(),
  stepMs: z.int(),
  evaluations: z.int(),
  firings: z.array(
    z.object({
      labels: Labels,
      severity: Severity,
      startedMs: z.int(),
      /** null = still firing at the end of the span. */
      endedMs: z.int().nullable(),
      peakValue: z.number().nullable(),
    }),
  ),
  firingsPerDay: z.number(),
  totalFiringMs: z.int(),
  /** The evaluated value per group over time, for drawing the rule over the series. */
  series: z.object({
    timesMs: z.array(z.int()),
    groups: z.array(z.object({ labels: Labels, values: z.array(z.number().nullable()) })),
    truncated: z.boolean(),
  }),
});
export type BacktestResult = z.infer<typeof BacktestResult>;

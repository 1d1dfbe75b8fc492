import type { AlertRuleInput } from "../../../../shared/alerts/schemas.ts";
import type { ChartThreshold } from "../../components/chart-model.ts";
import { defaultProject, severities } from "../../lib/contract.ts";
import {
  type AnomalyDraft,
  anomalyDraftOf,
  anomalyName,
  emptyAnomaly,
  readAnomaly,
} from "./anomaly-draft.ts";
import {
  emptyForecast,
  type ForecastDraft,
  forecastDraftOf,
  forecastName,
  readForecast,
} from "./forecast-draft.ts";
import {
  type ChangeDraft,
  changeDraftOf,
  changeName,
  emptyChange,
  emptyMeasured,
  type MeasuredDraft,
  measuredDraftOf,
  measuredName,
  readChange,
  readMeasured,
} from "./measured-draft.ts";
import { type Faults, numberOf, TypedText } from "./typed-text.ts";

export type RuleType = AlertRuleInput["type"];
export type Pair = readonly [name: string, value: string];

/** A rule while it is being written. What was typed for one type stands by while another is looked at. */
export interface RuleDraft {
  type: RuleType;
  name: string;
  project: string;
  metric: string;
  match: string;
  groupBy: readonly string[];
  labels: readonly Pair[];
  annotations: readonly Pair[];
  enabled: boolean;
  measured: MeasuredDraft;
  change: ChangeDraft;
  anomaly: AnomalyDraft;
  forecast: ForecastDraft;
}

export const emptyDraft: RuleDraft = {
  type: "threshold",
  name: "",
  project: defaultProject,
  metric: "",
  match: "{}",
  groupBy: [],
  labels: [],
  annotations: [],
  enabled: true,
  measured: emptyMeasured,
  change: emptyChange,
  anomaly: emptyAnomaly,
  forecast: emptyForecast,
};

export function draftOf(rule: AlertRuleInput): RuleDraft {
  const draft: RuleDraft = {
    ...emptyDraft,
    type: rule.type,
    name: rule.name,
    project: rule.project,
    metric: rule.metric === "*" ? "" : rule.metric,
    match: rule.match,
    groupBy: rule.type === "anomaly" ? [] : rule.groupBy,
    labels: Object.entries(rule.labels),
    annotations: Object.entries(rule.annotations),
    enabled: rule.enabled,
  };
  switch (rule.type) {
    case "threshold":
      return { ...draft, measured: measuredDraftOf(rule) };
    case "rate-of-change":
      return { ...draft, measured: measuredDraftOf(rule), change: changeDraftOf(rule) };
    case "anomaly":
      return { ...draft, anomaly: anomalyDraftOf(rule) };
    case "forecast":
      return { ...draft, forecast: forecastDraftOf(rule) };
  }
}

/** The draft as the API wants it, or what keeps it from being that. A rule without a name is named after what it says. */
export function readDraft(
  draft: RuleDraft,
): { rule: AlertRuleInput; faults?: never } | { faults: Faults; rule?: never } {
  const typed = new TypedText();
  const rule = ruleOf(draft, typed);
  return Object.keys(typed.faults).length > 0 ? { faults: typed.faults } : { rule };
}

function ruleOf(draft: RuleDraft, typed: TypedText): AlertRuleInput {
  const metric = draft.metric.trim();
  if (metric === "" && draft.type !== "anomaly") typed.faults["metric"] = "Pick the metric to watch.";
  const said = {
    name: draft.name.trim() || suggestedName(draft),
    project: draft.project,
    metric,
    match: draft.match.trim() || "{}",
    groupBy: [...draft.groupBy],
    labels: fromPairs(draft.labels),
    annotations: fromPairs(draft.annotations),
    enabled: draft.enabled,
  };
  const { type, measured, change, anomaly, forecast } = draft;
  switch (type) {
    case "threshold":
      return { type, ...said, ...readMeasured(measured, typed) };
    case "rate-of-change":
      return { type, ...said, ...readMeasured(measured, typed), ...readChange(change, typed) };
    case "anomaly":
      return { type, ...said, ...readAnomaly(metric, anomaly) };
    case "forecast":
      return { type, ...said, ...readForecast(forecast, typed) };
  }
}

/** What a rule is called while nobody has named it; empty while it says too little. */
export function suggestedName({ type, metric, measured, change, anomaly, forecast }: RuleDraft): string {
  if (type === "anomaly") return anomalyName(metric, anomaly);
  if (metric === "") return "";
  if (type === "forecast") return forecastName(metric, forecast);
  return type === "threshold" ? measuredName(metric, measured) : changeName(metric, measured, change);
}

/** The limits as typed, to be drawn before anything was asked. */
export function typedLimits({ type, measured, forecast }: RuleDraft): ChartThreshold[] {
  if (type === "anomaly") return [];
  if (type === "forecast") {
    const limit = numberOf(forecast.limit);
    return limit === undefined ? [] : [{ severity: "critical", value: limit, name: "limit" }];
  }
  return severities.flatMap((severity) => {
    const value = numberOf(measured.thresholds[severity]);
    return value === undefined ? [] : [{ severity, value }];
  });
}

function fromPairs(pairs: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(
    pairs.filter(([name]) => name.trim() !== "").map(([name, value]) => [name.trim(), value]),
  );
}

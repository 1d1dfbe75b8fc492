import type { Severity } from "../../../../events/alerts.ts";
import type { NoDataPolicy, Operator, ThresholdRuleInput } from "../../../../shared/alerts/schemas.ts";
import type { Aggregate } from "../../../../shared/metrics/schemas.ts";
import { severities } from "../../lib/contract.ts";
import { formatDuration, parseDuration } from "../../lib/duration.ts";

export type Pair = readonly [name: string, value: string];

/** A rule while it is being written: numbers and durations still as they were typed. */
export interface RuleDraft {
  name: string;
  metric: string;
  match: string;
  aggregate: Aggregate;
  operator: Operator;
  thresholds: Record<Severity, string>;
  window: string;
  for: string;
  keepFiringFor: string;
  noData: NoDataPolicy;
  noDataAfter: string;
  groupBy: readonly string[];
  labels: readonly Pair[];
  annotations: readonly Pair[];
  enabled: boolean;
}

/** Field → what is wrong with it. */
export type Faults = Partial<Record<string, string>>;

export const emptyDraft: RuleDraft = {
  name: "",
  metric: "",
  match: "{}",
  aggregate: "avg",
  operator: ">",
  thresholds: { critical: "", warning: "", info: "" },
  window: "1m",
  for: "3m",
  keepFiringFor: "0s",
  noData: "ok",
  noDataAfter: "5m",
  groupBy: [],
  labels: [],
  annotations: [],
  enabled: true,
};

export function draftOf(rule: ThresholdRuleInput): RuleDraft {
  const text = (severity: Severity) => String(rule.thresholds[severity] ?? "");
  return {
    name: rule.name,
    metric: rule.metric,
    match: rule.match,
    aggregate: rule.aggregate,
    operator: rule.operator,
    thresholds: { critical: text("critical"), warning: text("warning"), info: text("info") },
    window: formatDuration(rule.windowMs),
    for: formatDuration(rule.forMs),
    keepFiringFor: formatDuration(rule.keepFiringForMs),
    noData: rule.noData,
    noDataAfter: formatDuration(rule.noDataAfterMs),
    groupBy: rule.groupBy,
    labels: Object.entries(rule.labels),
    annotations: Object.entries(rule.annotations),
    enabled: rule.enabled,
  };
}

/** The draft as the API wants it, or what keeps it from being that. A rule without a name is named after what it says. */
export function readDraft(
  draft: RuleDraft,
): { rule: ThresholdRuleInput; faults?: never } | { faults: Faults; rule?: never } {
  const faults: Faults = {};
  const duration = (field: string, text: string): number => {
    const ms = parseDuration(text);
    if (ms === undefined) faults[field] = `"${text}" is not a duration; write it like 30s, 3m or 1h30m.`;
    return ms ?? 0;
  };
  const thresholds = readThresholds(draft, faults);
  if (draft.metric.trim() === "") faults["metric"] = "Pick the metric to watch.";
  const rule: ThresholdRuleInput = {
    type: "threshold",
    name: draft.name.trim() || suggestedName(draft),
    metric: draft.metric.trim(),
    match: draft.match.trim() || "{}",
    aggregate: draft.aggregate,
    operator: draft.operator,
    thresholds,
    windowMs: duration("windowMs", draft.window),
    forMs: duration("forMs", draft.for),
    keepFiringForMs: duration("keepFiringForMs", draft.keepFiringFor),
    noData: draft.noData,
    noDataAfterMs: duration("noDataAfterMs", draft.noDataAfter),
    groupBy: [...draft.groupBy],
    labels: fromPairs(draft.labels),
    annotations: fromPairs(draft.annotations),
    enabled: draft.enabled,
  };
  return Object.keys(faults).length > 0 ? { faults } : { rule };
}

export function suggestedName({ metric, aggregate, operator, thresholds }: RuleDraft): string {
  const limit = severities.map((severity) => thresholds[severity]).find((text) => text.trim() !== "") ?? "";
  return metric === "" ? "" : `${metric} ${aggregate} ${operator} ${limit}`.trim();
}

function readThresholds(draft: RuleDraft, faults: Faults): ThresholdRuleInput["thresholds"] {
  const thresholds: ThresholdRuleInput["thresholds"] = {};
  for (const severity of severities) {
    const text = draft.thresholds[severity].trim().replace("−", "-");
    if (text === "") continue;
    const value = Number(text);
    if (Number.isFinite(value)) thresholds[severity] = value;
    else faults[`thresholds.${severity}`] = `"${text}" is not a number.`;
  }
  const hasFault = Object.keys(faults).some((field) => field.startsWith("thresholds"));
  if (Object.keys(thresholds).length === 0 && !hasFault) faults["thresholds"] = "Give at least one limit.";
  return thresholds;
}

function fromPairs(pairs: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(
    pairs.filter(([name]) => name.trim() !== "").map(([name, value]) => [name.trim(), value]),
  );
}

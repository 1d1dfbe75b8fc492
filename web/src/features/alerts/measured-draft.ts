import type {
  MeasuredRuleInput,
  NoDataPolicy,
  Operator,
  RateOfChangeRuleInput,
} from "../../../../shared/alerts/schemas.ts";
import type { Aggregate } from "../../../../shared/metrics/schemas.ts";
import { severities } from "../../lib/contract.ts";
import { formatDuration } from "../../lib/duration.ts";
import { type BySeverity, nothingTyped, type TypedText, typedBySeverity } from "./typed-text.ts";

/** What a rule says that holds a value, or its change, against limits; as it was typed. */
export interface MeasuredDraft {
  aggregate: Aggregate;
  operator: Operator;
  thresholds: BySeverity<string>;
  window: string;
  for: string;
  keepFiringFor: string;
  noData: NoDataPolicy;
  noDataAfter: string;
}

/** What a rule on changes says besides. */
export interface ChangeDraft {
  over: string;
  change: RateOfChangeRuleInput["change"];
}

export const emptyMeasured: MeasuredDraft = {
  aggregate: "avg",
  operator: ">",
  thresholds: nothingTyped,
  window: "1m",
  for: "3m",
  keepFiringFor: "0s",
  noData: "ok",
  noDataAfter: "5m",
};
export const emptyChange: ChangeDraft = { over: "10m", change: "percent" };

export const measuredDraftOf = (rule: MeasuredRuleInput): MeasuredDraft => ({
  aggregate: rule.aggregate,
  operator: rule.operator,
  thresholds: typedBySeverity(rule.thresholds, String),
  window: formatDuration(rule.windowMs),
  for: formatDuration(rule.forMs),
  keepFiringFor: formatDuration(rule.keepFiringForMs),
  noData: rule.noData,
  noDataAfter: formatDuration(rule.noDataAfterMs),
});

export const changeDraftOf = (rule: RateOfChangeRuleInput): ChangeDraft => ({
  over: formatDuration(rule.overMs),
  change: rule.change,
});

export function readMeasured(draft: MeasuredDraft, typed: TypedText) {
  return {
    aggregate: draft.aggregate,
    operator: draft.operator,
    thresholds: typed.bySeverity(
      "thresholds",
      draft.thresholds,
      (field, text) => typed.number(field, text),
      "Give at least one limit.",
    ),
    windowMs: typed.duration("windowMs", draft.window),
    forMs: typed.duration("forMs", draft.for),
    keepFiringForMs: typed.duration("keepFiringForMs", draft.keepFiringFor),
    noData: draft.noData,
    noDataAfterMs: typed.duration("noDataAfterMs", draft.noDataAfter),
  };
}

export const readChange = (draft: ChangeDraft, typed: TypedText) => ({
  overMs: typed.duration("overMs", draft.over),
  change: draft.change,
});

export function measuredName(metric: string, { aggregate, operator, thresholds }: MeasuredDraft): string {
  return `${metric} ${aggregate} ${operator} ${gravestOf(thresholds)}`.trim();
}

export function changeName(metric: string, measured: MeasuredDraft, { over, change }: ChangeDraft): string {
  const limit = gravestOf(measured.thresholds);
  const amount = limit === "" ? "" : ` ${measured.operator} ${limit}${change === "percent" ? " %" : ""}`;
  return `${metric} changes${amount} within ${over}`;
}

const gravestOf = (texts: BySeverity<string>): string =>
  severities.map((severity) => texts[severity].trim()).find((text) => text !== "") ?? "";

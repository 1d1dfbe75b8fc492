import type { ForecastRuleInput } from "../../../../shared/alerts/schemas.ts";
import { formatDuration } from "../../lib/duration.ts";
import { type BySeverity, type TypedText, typedBySeverity } from "./typed-text.ts";

/** What a rule on forecasts says, as it was typed. */
export interface ForecastDraft {
  aggregate: ForecastRuleInput["aggregate"];
  limit: string;
  within: BySeverity<string>;
  history: string;
  keepFiringFor: string;
}

export const emptyForecast: ForecastDraft = {
  aggregate: "avg",
  limit: "",
  within: { critical: "1d", warning: "3d", info: "" },
  history: "14d",
  keepFiringFor: "1h",
};

export const forecastDraftOf = (rule: ForecastRuleInput): ForecastDraft => ({
  aggregate: rule.aggregate,
  limit: String(rule.limit),
  within: typedBySeverity(rule.withinMs, formatDuration),
  history: formatDuration(rule.historyMs),
  keepFiringFor: formatDuration(rule.keepFiringForMs),
});

export function readForecast(draft: ForecastDraft, typed: TypedText) {
  if (draft.limit.trim() === "") typed.faults["limit"] = "Give the value that is not to be reached.";
  return {
    aggregate: draft.aggregate,
    limit: draft.limit.trim() === "" ? 0 : typed.number("limit", draft.limit),
    withinMs: typed.bySeverity(
      "withinMs",
      draft.within,
      (field, text) => typed.duration(field, text),
      "Say at least once how long before it is to be told.",
    ),
    historyMs: typed.duration("historyMs", draft.history),
    keepFiringForMs: typed.duration("keepFiringForMs", draft.keepFiringFor),
  };
}

export const forecastName = (metric: string, { aggregate, limit }: ForecastDraft): string =>
  `${metric} ${aggregate} heads for ${limit}`.trim();

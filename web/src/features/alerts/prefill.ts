import { aggregates } from "../../lib/contract.ts";
import { oneOf } from "../../lib/url-state.ts";
import { forecastAggregateOf } from "../metrics/metric-names.ts";
import { emptyDraft, type RuleDraft, type RuleType } from "./rule-draft.ts";

export const ruleTypes = ["threshold", "rate-of-change", "anomaly", "forecast"] as const satisfies RuleType[];

/**
 * A metric explored, an anomaly or a forecast looked at is a rule half written: what its link says, as a draft.
 * It is about the project that the link names, else about `own`, where the person has only some.
 */
export function draftFrom(params: URLSearchParams, own: string | null): RuleDraft {
  const aggregate = oneOf(params.get("agg"), aggregates) ?? "avg";
  const { measured, forecast, anomaly } = emptyDraft;
  return {
    ...emptyDraft,
    project: params.get("project") ?? own ?? emptyDraft.project,
    type: oneOf(params.get("type"), ruleTypes) ?? "threshold",
    metric: params.get("metric") ?? "",
    match: params.get("match") ?? "{}",
    groupBy: (params.get("by") ?? "").split(",").filter(Boolean),
    measured: { ...measured, aggregate },
    forecast: { ...forecast, aggregate: forecastAggregateOf(aggregate), limit: params.get("limit") ?? "" },
    anomaly: { ...anomaly, watch: params.get("watch") === "services" ? "services" : "series" },
  };
}

import type { AnomalyRuleInput } from "../../../../shared/alerts/schemas.ts";

/** What a rule on anomalies says; nothing of it is typed. */
export type AnomalyDraft = Pick<AnomalyRuleInput, "watch" | "sensitivity" | "severity">;

export const emptyAnomaly: AnomalyDraft = { watch: "series", sensitivity: "medium", severity: "warning" };

export const anomalyDraftOf = ({ watch, sensitivity, severity }: AnomalyRuleInput): AnomalyDraft => ({
  watch,
  sensitivity,
  severity,
});

/** Without a metric it is every one; of services as a whole none is looked at alone. */
export const readAnomaly = (metric: string, draft: AnomalyDraft) => ({
  metric: draft.watch === "services" || metric === "" ? "*" : metric,
  groupBy: ["*"] as ["*"],
  ...draft,
});

export function anomalyName(metric: string, { watch }: AnomalyDraft): string {
  if (watch === "services") return "A service is unlike itself";
  return metric === "" ? "A metric is unlike itself" : `${metric} is unlike itself`;
}

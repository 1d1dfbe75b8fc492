import { useQuery } from "@tanstack/react-query";
import type { Severity } from "../../../../events/alerts.ts";
import type { AlertRule, AlertRuleInput } from "../../../../shared/alerts/schemas.ts";
import type { Aggregate } from "../../../../shared/metrics/schemas.ts";
import { api, segment } from "../../lib/api.ts";
import { severities } from "../../lib/contract.ts";
import { formatDuration } from "../../lib/duration.ts";
import { formatQuantity } from "../../lib/quantity.ts";
import { sensitivityWords } from "../anomalies/words.ts";

export function useRule(ruleId: string | undefined) {
  return useQuery({
    queryKey: ["rules", ruleId],
    queryFn: ({ signal }) => api.get<AlertRule>(`/api/alert-rules/${segment(ruleId ?? "")}`, {}, signal),
    enabled: ruleId !== undefined,
    staleTime: 30_000,
  });
}

/** A stored rule as what a person writes: the API takes back exactly these fields. */
export function inputOf(rule: AlertRule): AlertRuleInput {
  const {
    id: _id,
    version: _version,
    createdAt: _createdAt,
    updatedAt: _updatedAt,
    updatedBy: _by,
    ...input
  } = rule;
  return input;
}

/** What a rule watches, in a line: `avg of cpu over 1m, by host, for 3m`; `unit` is that of its values. */
export function describeRule(rule: AlertRuleInput, unit: string | null): string {
  if (rule.type === "anomaly") {
    const what = rule.watch === "services" ? "a service" : rule.metric === "*" ? "any metric" : rule.metric;
    return `${what} is unlike itself`;
  }
  const by =
    rule.groupBy.length === 0
      ? ""
      : rule.groupBy[0] === "*"
        ? ", each series"
        : `, by ${rule.groupBy.join(", ")}`;
  if (rule.type === "forecast")
    return `${rule.aggregate} of ${rule.metric} is heading for ${formatQuantity(rule.limit, unit)}${by}`;
  const change = rule.type === "rate-of-change" ? `change within ${formatDuration(rule.overMs)} of ` : "";
  const lasting = rule.forMs === 0 ? "" : `, for ${formatDuration(rule.forMs)}`;
  return `${change}${rule.aggregate} of ${rule.metric} over ${formatDuration(rule.windowMs)}${by}${lasting}`;
}

/** At which limits a rule fires, the gravest first. */
export function limitsOf(rule: AlertRuleInput, unit: string | null): { severity: Severity; text: string }[] {
  if (rule.type === "anomaly")
    return [{ severity: rule.severity, text: sensitivityWords[rule.sensitivity].toLowerCase() }];
  return severities.flatMap((severity) => {
    if (rule.type === "forecast") {
      const ms = rule.withinMs[severity];
      return ms === undefined ? [] : [{ severity, text: `within ${formatDuration(ms)}` }];
    }
    const value = rule.thresholds[severity];
    const own = rule.type === "rate-of-change" && rule.change === "percent" ? "%" : unit;
    return value === undefined ? [] : [{ severity, text: `${rule.operator} ${formatQuantity(value, own)}` }];
  });
}

/** The aggregate whose values show best what a rule looks at. */
export const drawnAggregate = (rule: AlertRuleInput): Aggregate =>
  rule.type === "anomaly" ? "avg" : rule.aggregate;

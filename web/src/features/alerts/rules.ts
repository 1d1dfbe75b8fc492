import { useQuery } from "@tanstack/react-query";
import type { AlertRule, AlertRuleInput } from "../../../../shared/alerts/schemas.ts";
import { api, segment } from "../../lib/api.ts";
import { formatDuration } from "../../lib/duration.ts";

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

/** What a rule watches, in a line: `avg of cpu over 1m, by host, for 3m`. */
export function describeRule(rule: AlertRuleInput): string {
  const by =
    rule.groupBy.length === 0
      ? ""
      : rule.groupBy[0] === "*"
        ? ", each series"
        : `, by ${rule.groupBy.join(", ")}`;
  const lasting = rule.forMs === 0 ? "" : `, for ${formatDuration(rule.forMs)}`;
  return `${rule.aggregate} of ${rule.metric} over ${formatDuration(rule.windowMs)}${by}${lasting}`;
}

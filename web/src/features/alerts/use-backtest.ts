import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { AlertRuleInput, BacktestResult } from "../../../../shared/alerts/schemas.ts";
import { api } from "../../lib/api.ts";
import { lookOf } from "./backtest-look.ts";

const settleMs = 400;

/** The last rule that could be tried, once typing has rested. */
function useSettled(rule: AlertRuleInput | undefined): AlertRuleInput | undefined {
  const text = rule && JSON.stringify({ ...rule, name: "draft", enabled: true, labels: {}, annotations: {} });
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    if (text === undefined) return;
    const timer = window.setTimeout(() => setSettled(text), settleMs);
    return () => window.clearTimeout(timer);
  }, [text]);
  return useMemo(() => settled && (JSON.parse(settled) as AlertRuleInput), [settled]) || undefined;
}

/**
 * The rule's last valid draft against stored history; a fault in the matchers is handed up to its field. While a
 * draft of another type is not yet complete there is nothing to show.
 */
export function useBacktest(draft: AlertRuleInput | undefined, type: AlertRuleInput["type"]) {
  const [picked, setFrom] = useState<string>();
  const settled = useSettled(draft);
  const rule = settled?.type === type ? settled : undefined;
  const { spans, usualSpan } = lookOf(type);
  const from = spans.find(({ value }) => value === picked)?.value ?? usualSpan;
  const hasHistory = rule !== undefined && hasOneHistory(rule);
  const tried = useQuery({
    queryKey: ["backtest", rule, from],
    queryFn: ({ signal }) =>
      api.post<BacktestResult>("/api/alert-rules/backtest", { rule, from, to: "now" }, signal),
    enabled: hasHistory,
    // Values of another type are another quantity.
    placeholderData: (before, query) => (typeAsked(query?.queryKey) === type ? before : undefined),
    staleTime: 30_000,
    retry: false,
  });
  return { tried, rule, hasHistory, from, setFrom };
}

function typeAsked(key: readonly unknown[] | undefined): unknown {
  const rule = key?.[1];
  return typeof rule === "object" && rule !== null && "type" in rule ? rule.type : undefined;
}

/** Of every metric, or of a service, there is no one history to try a rule on. */
function hasOneHistory(rule: AlertRuleInput): boolean {
  return rule.type !== "anomaly" || (rule.watch === "series" && rule.metric !== "*");
}

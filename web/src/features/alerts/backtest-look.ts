import type { AlertRuleInput, BacktestResult } from "../../../../shared/alerts/schemas.ts";
import type { MetricInfo } from "../../../../shared/metrics/schemas.ts";
import { severities } from "../../lib/contract.ts";
import { roughDuration } from "../../lib/duration.ts";
import { unitOf } from "../metrics/metric-names.ts";
import type { RuleType } from "./rule-draft.ts";

interface Span {
  value: string;
  label: string;
}
interface BacktestLook {
  spans: readonly Span[];
  usualSpan: string;
  /** What is missing while nothing can be tried. */
  wants: string;
  /** What would make a rule fire that did not. */
  sooner: string;
  /** What a firing's extreme is called. */
  peak: string;
}

const hour = { value: "-1h", label: "1 h" };
const quarter = { value: "-6h", label: "6 h" };
const day = { value: "-24h", label: "24 h" };
const week = { value: "-7d", label: "7 d" };
const fortnight = { value: "-14d", label: "14 d" };

const measured: BacktestLook = {
  spans: [hour, quarter, day, week],
  usualSpan: "-24h",
  wants: "Pick a metric and give a limit: this draws what the rule would have done.",
  sooner: "A limit nearer to what you see would.",
  peak: "Peak",
};
const looks: Record<RuleType, BacktestLook> = {
  threshold: measured,
  "rate-of-change": measured,
  anomaly: {
    ...measured,
    spans: [quarter, day, week],
    wants: "Name one metric: this draws when it was unlike itself.",
    sooner: "Slighter anomalies might.",
  },
  forecast: {
    // It is tried at looks six hours apart.
    spans: [day, week, fortnight],
    usualSpan: "-7d",
    wants: "Pick a metric and give its limit: this draws when the rule would have seen it coming.",
    sooner: "A longer time ahead might.",
    peak: "Time left",
  },
};

export const lookOf = (type: RuleType): BacktestLook => looks[type];

/** The units of what is drawn, and of a firing's extreme. */
export function unitsOf(
  rule: AlertRuleInput,
  metric: MetricInfo | undefined,
): { drawn: string | null; peak: string | null } {
  const unit = metric?.unit ?? null;
  switch (rule.type) {
    case "threshold":
    case "rate-of-change": {
      const isShare = rule.type === "rate-of-change" && rule.change === "percent";
      const own = isShare ? "%" : unitOf(unit, rule.aggregate);
      return { drawn: own, peak: own };
    }
    case "anomaly": {
      const own = unitOf(unit, metric?.monotonic ? "rate" : "avg");
      return { drawn: own, peak: own };
    }
    case "forecast":
      return { drawn: unitOf(unit, rule.aggregate), peak: "s" };
  }
}

/** What is drawn, for those who do not see it. */
export function drawingOf(rule: AlertRuleInput): string {
  switch (rule.type) {
    case "threshold":
      return `${rule.aggregate} of ${rule.metric} with the rule's limits`;
    case "rate-of-change":
      return `Change of ${rule.aggregate} of ${rule.metric} with the rule's limits`;
    case "anomaly":
      return `${rule.metric} with its anomalies`;
    case "forecast":
      return `${rule.aggregate} of ${rule.metric} with the limit it may be heading for`;
  }
}

export function verdictOf({ firings }: BacktestResult): string {
  if (firings.length === 0) return "Would not have fired";
  return firings.length === 1 ? "Would have fired once" : `Would have fired ${firings.length} times`;
}

export function detailOf(
  { firings, totalFiringMs, firingsPerDay }: BacktestResult,
  { spanWord, sooner }: { spanWord: string; sooner: string },
): string {
  const span = `in the last ${spanWord}`;
  if (firings.length === 0) return `${span}. ${sooner}`;
  const kinds = severities
    .map((severity) => ({ severity, count: firings.filter((firing) => firing.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}`)
    .join(", ");
  const perDay = firingsPerDay.toLocaleString("en", { maximumFractionDigits: 1 });
  return `${span}: ${kinds}; ${roughDuration(totalFiringMs)} in all, ${perDay} a day.`;
}

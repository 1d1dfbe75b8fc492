import type { Labels } from "../../events/alerts.ts";
import { type GroupOutlook, lookOut, reach } from "../anomalies/index.ts";
import type { MetricStore } from "../metrics/index.ts";
import type { GroupEvaluation, GroupState } from "./evaluate-rule.ts";
import { formatDuration, formatLabels, formatValue } from "./format.ts";
import { matchersOf } from "./rule-matchers.ts";
import type { ForecastRuleInput } from "./schemas.ts";
import { type Condition, judge, type Verdict } from "./severity.ts";
import { applyTransition, blankStatus } from "./transition.ts";

/** How long until the limit is reached: null = not within the longest time asked for. */
export type TimeLeft =
  | { kind: "known"; seconds: number | null; last: number }
  | { kind: "unknown"; why: string };

/** Where each group of the rule's metric is heading, seen from a moment. */
export async function readOutlooks(
  tenantId: string,
  rule: ForecastRuleInput,
  atMs: number,
  metrics: Pick<MetricStore, "query">,
) {
  return lookOut(
    tenantId,
    {
      name: rule.metric,
      matchers: matchersOf(rule),
      aggregate: rule.aggregate,
      groupBy: rule.groupBy,
      fromMs: atMs - rule.historyMs,
      toMs: atMs,
      horizonMs: longestMs(rule),
    },
    metrics,
  );
}

export function timeLeft({ projected, last }: GroupOutlook, rule: ForecastRuleInput, atMs: number): TimeLeft {
  if (projected.kind === "refused") return { kind: "unknown", why: projected.reason };
  if (last === null) return { kind: "unknown", why: "there are no values." };
  const { probablyMs } = reach(projected, last, rule.limit);
  const seconds = probablyMs === null ? null : Math.max(0, (probablyMs - atMs) / 1000);
  return { kind: "known", seconds, last };
}

/** Judges one group of a forecast rule at one moment. Pure; the schedule and the back-test both call it. */
export function judgeForecast(
  rule: ForecastRuleInput,
  state: GroupState | undefined,
  group: { fingerprint: string; labels: Labels; left: TimeLeft; unit: string | null },
  atMs: number,
): GroupEvaluation {
  const { fingerprint, labels, left, unit } = group;
  const before = state?.status ?? blankStatus;
  const verdict = verdictOf(rule, left);
  const transition = applyTransition(
    before,
    { verdict, dataMs: atMs, silent: false },
    { forMs: 0, keepFiringForMs: rule.keepFiringForMs },
    atMs,
  );
  const sight = sightOf(rule, group);
  return {
    fingerprint,
    labels,
    atMs,
    before,
    after: transition.next,
    emit: transition.emit,
    outcome: transition.outcome,
    measurement: left.kind === "known" ? (left.seconds ?? longestMs(rule) / 1000) : "could-not-measure",
    verdict,
    unit: unit === null ? null : "s",
    sight,
    reason: `${sight}; ${transition.why}.`,
    inputs: { windowFromMs: atMs - rule.historyMs, windowToMs: atMs, pointCount: 0, seriesCount: 1 },
  };
}

function verdictOf(rule: ForecastRuleInput, left: TimeLeft): Verdict {
  if (left.kind === "unknown") return { kind: "hold" };
  return left.seconds === null ? { kind: "clear" } : judge(left.seconds, conditionOf(rule));
}

/** The condition in the terms of other rules: fewer seconds left than a limit. */
function conditionOf({ withinMs }: ForecastRuleInput): Condition {
  const seconds = Object.entries(withinMs).flatMap(([severity, ms]) =>
    ms === undefined ? [] : [[severity, ms / 1000]],
  );
  return { operator: "<=", thresholds: Object.fromEntries(seconds), noData: "keep" };
}

function longestMs({ withinMs }: ForecastRuleInput): number {
  return Math.max(...Object.values(withinMs).filter((ms) => ms !== undefined));
}

function sightOf(
  rule: ForecastRuleInput,
  { labels, left, unit }: { labels: Labels; left: TimeLeft; unit: string | null },
): string {
  const subject = `${rule.aggregate} of ${rule.metric} for ${formatLabels(labels)}`;
  if (left.kind === "unknown") return `${subject} has no forecast: ${left.why.replace(/\.$/, "")}`;
  const now = `${subject} is ${formatValue(left.last, unit)}`;
  const limit = formatValue(rule.limit, unit);
  return left.seconds === null
    ? `${now} and will not reach ${limit} within ${formatDuration(longestMs(rule))}`
    : `${now} and will probably reach ${limit} in ${formatDuration(left.seconds * 1000) || "0 s"}`;
}

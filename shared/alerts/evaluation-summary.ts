import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import type { GroupEvaluation } from "./evaluate-rule.ts";
import type { AlertDecision, MeasuredRule } from "./schemas.ts";

/** Whether this process has yet to note the given thing in the present minute. */
export type MinuteGate = (key: string, nowMs: number) => boolean;

const maxKeys = 50_000;

export function makeMinuteGate(): MinuteGate {
  const noted = new Map<string, number>();
  return (key, nowMs) => {
    const minute = Math.floor(nowMs / 60_000);
    if (noted.get(key) === minute) return false;
    if (noted.size >= maxKeys) noted.clear();
    noted.set(key, minute);
    return true;
  };
}

/** The record that answers "why did it not fire?": how many groups were judged, and how near the nearest came. */
export function summarise(
  ctx: Ctx,
  rule: MeasuredRule,
  latest: readonly GroupEvaluation[],
  aside: string | null,
): AlertDecision {
  const nearest = nearestTo(rule, latest);
  const breaching = latest.filter(({ verdict }) => verdict.kind === "breach").length;
  const inputs = {
    windowFromMs: Math.min(ctx.nowMs, ...latest.slice(0, 1).map(({ inputs }) => inputs.windowFromMs)),
    windowToMs: latest[0]?.inputs.windowToMs ?? ctx.nowMs,
    pointCount: latest.reduce((sum, { inputs }) => sum + inputs.pointCount, 0),
    seriesCount: latest.reduce((sum, { inputs }) => sum + inputs.seriesCount, 0),
    causationId: ctx.causationId,
  };
  const judged = `${latest.length} ${latest.length === 1 ? "group was" : "groups were"} judged and ${breaching} ${breaching === 1 ? "breaches" : "breach"}`;
  return {
    id: newId("decision"),
    at: isoTime(ctx.nowMs),
    alertId: null,
    ruleId: rule.id,
    ruleVersion: rule.version,
    outcome: "evaluated",
    from: "inactive",
    to: "inactive",
    severity: nearest?.verdict.kind === "breach" ? nearest.verdict.severity : null,
    value: typeof nearest?.measurement === "number" ? nearest.measurement : null,
    threshold: nearest?.verdict.kind === "breach" ? nearest.verdict.threshold : null,
    inputs,
    reason: aside ?? `${judged}; the nearest to firing: ${nearest?.sight ?? "none"}.`,
  };
}

/** The group whose value is farthest on the firing side. */
function nearestTo(rule: MeasuredRule, latest: readonly GroupEvaluation[]): GroupEvaluation | undefined {
  const lowFires = rule.operator === "<" || rule.operator === "<=";
  const distance = ({ measurement, verdict }: GroupEvaluation) => {
    if (typeof measurement !== "number") return Number.NEGATIVE_INFINITY;
    if (rule.operator === "==" || rule.operator === "!=") return verdict.kind === "breach" ? 1 : 0;
    return lowFires ? -measurement : measurement;
  };
  return latest.reduce<GroupEvaluation | undefined>(
    (nearest, each) => (nearest && distance(nearest) >= distance(each) ? nearest : each),
    undefined,
  );
}

import type { AnomalyDetectedV1, AnomalyEndedV1 } from "../../events/anomalies.ts";
import { type AnomalyStore, mayPage } from "../anomalies/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { derivedId } from "../platform/ids.ts";
import { matchesAll } from "../platform/labels/matchers.ts";
import { type AlertRecord, stateOf } from "./alert-record.ts";
import { type AlertStores, commitGroups } from "./commit-groups.ts";
import { type GroupEvaluation, type GroupState, scopeOf } from "./evaluate-rule.ts";
import { alertIdOf, fingerprintOf } from "./group.ts";
import type { ReadyAnomalyRule, RuleCache } from "./rule-cache.ts";
import type { AlertDecision, AnomalyRule } from "./schemas.ts";
import type { Verdict } from "./severity.ts";
import { applyTransition, blankStatus } from "./transition.ts";

export type AnomalyFact = AnomalyDetectedV1 | AnomalyEndedV1;
export interface JudgeAnomalyDeps extends AlertStores {
  rules: RuleCache;
  anomalies: Pick<AnomalyStore, "get">;
}

/** Hysteresis is the detector's. */
const timing = { forMs: 0, keepFiringForMs: 0 };

/**
 * Makes alerts of an anomaly by the rules that ask for it: it fires them where its class of metrics may page and it
 * reaches the rule's sensitivity, and its end resolves them. Where it may not, the rule's record says so and why.
 * Events that come in another order end in the same alerts, and handing one in again changes nothing.
 */
export async function judgeAnomaly(ctx: Ctx, fact: AnomalyFact, deps: JudgeAnomalyDeps): Promise<void> {
  const { onAnomalies } = await deps.rules(ctx.tenantId, ctx.nowMs);
  const asked = onAnomalies.filter((ready) => asksFor(ready, fact));
  if (asked.length === 0) return;
  const endMs = await endOf(ctx, fact, deps);
  for (const { rule } of asked) {
    const told = mayPage(fact, rule.sensitivity);
    if (told.kind === "no")
      await deps.decisions.note(ctx.tenantId, [suppressed(ctx, rule, fact, told.reason)]);
    else await alertOn(ctx, rule, fact, endMs, deps);
  }
}

function asksFor({ rule, matchers }: ReadyAnomalyRule, { kind, metric, labels }: AnomalyFact): boolean {
  if ((rule.watch === "services") !== (kind === "vector")) return false;
  if (kind === "metric" && rule.metric !== "*" && rule.metric !== metric) return false;
  return matchesAll(matchers, labels);
}

/** A beginning may be told after its end; the anomaly itself knows. */
async function endOf(ctx: Ctx, fact: AnomalyFact, { anomalies }: JudgeAnomalyDeps): Promise<number | null> {
  if ("endedAt" in fact) return Date.parse(fact.endedAt);
  const { endedAt = null } = (await anomalies.get(ctx.tenantId, fact.anomalyId)) ?? {};
  return endedAt === null ? null : Date.parse(endedAt);
}

async function alertOn(
  ctx: Ctx,
  rule: AnomalyRule,
  fact: AnomalyFact,
  endMs: number | null,
  deps: JudgeAnomalyDeps,
): Promise<void> {
  const labels = fact.metric === null ? fact.labels : { ...fact.labels, metric: fact.metric };
  const fingerprint = fingerprintOf(rule.id, labels);
  const alertId = alertIdOf(ctx.tenantId, fingerprint);
  const sight = { rule, fact, fingerprint, labels };
  const evaluate = (record?: AlertRecord) => {
    const standing = record && stateOf(record);
    if ("endedAt" in fact) return standing ? [evaluateAt(sight, standing, endMs ?? ctx.nowMs, false)] : [];
    const began = evaluateAt(sight, standing, Date.parse(fact.since), true);
    if (endMs === null) return [began];
    const state = { status: began.after, labels, scope: scopeOf(rule), arrivedMs: began.atMs };
    return [began, evaluateAt(sight, state, Math.max(endMs, began.atMs), false)];
  };
  const known = await deps.alerts.getMany(ctx.tenantId, [alertId]);
  await commitGroups(
    ctx,
    rule,
    [{ alertId, evaluate }],
    known,
    { id: ctx.causationId ?? fact.anomalyId, arrival: true },
    deps,
  );
}

interface AnomalySight {
  rule: AnomalyRule;
  fact: AnomalyFact;
  fingerprint: string;
  labels: Record<string, string>;
}

function evaluateAt(
  { rule, fact, fingerprint, labels }: AnomalySight,
  state: GroupState | undefined,
  atMs: number,
  open: boolean,
): GroupEvaluation {
  const before = state?.status ?? blankStatus;
  const verdict: Verdict = open
    ? { kind: "breach", severity: rule.severity, threshold: edgeOf(fact) }
    : { kind: "clear" };
  const { next, emit, outcome, why } = applyTransition(
    before,
    { verdict, dataMs: atMs, silent: false },
    timing,
    atMs,
  );
  const sight = open ? fact.reason.replace(/\.$/, "") : `the anomaly of ${fact.since} is over`;
  return {
    fingerprint,
    labels,
    atMs,
    before,
    after: next,
    emit,
    outcome,
    measurement: fact.value ?? fact.score,
    verdict,
    unit: fact.unit,
    sight,
    reason: `${sight}; ${why}.`,
    inputs: { windowFromMs: atMs, windowToMs: atMs, pointCount: 1, seriesCount: 1 },
  };
}

/** The edge of the band that the value is beyond. */
function edgeOf({ value, band }: AnomalyFact): number | null {
  if (value === null || band === null) return null;
  return value > band.high ? band.high : value < band.low ? band.low : null;
}

function suppressed(ctx: Ctx, rule: AnomalyRule, fact: AnomalyFact, why: string): AlertDecision {
  const atMs = Date.parse(fact.at);
  return {
    id: derivedId(
      "decision",
      rule.id,
      fact.anomalyId,
      fact.sensitivity,
      "endedAt" in fact ? "ended" : "detected",
    ),
    at: isoTime(atMs),
    alertId: null,
    ruleId: rule.id,
    ruleVersion: rule.version,
    outcome: "suppressed",
    from: "inactive",
    to: "inactive",
    severity: null,
    value: fact.value,
    threshold: edgeOf(fact),
    inputs: {
      windowFromMs: atMs,
      windowToMs: atMs,
      pointCount: 1,
      seriesCount: 1,
      causationId: ctx.causationId,
    },
    reason: `${fact.reason} No alert: ${why}`,
  };
}

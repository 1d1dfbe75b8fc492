import type { Envelope } from "../../events/envelope.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { derivedId } from "../platform/ids.ts";
import { type AlertRecord, eventOf, labelsOf } from "./alert-record.ts";
import { renderAnnotations } from "./annotations.ts";
import { type GroupEvaluation, scopeOf } from "./evaluate-rule.ts";
import type { OpenAlert } from "./open-alert-store.ts";
import type { AlertDecision, AlertRule } from "./schemas.ts";
import { isOpen } from "./transition.ts";

/** One save of one alert, and all it owes. */
export interface Change {
  before: AlertRecord | undefined;
  after: AlertRecord;
  events: Envelope[];
  decisions: AlertDecision[];
  /** The open-index entries to write before the save. */
  opens: OpenAlert | undefined;
}

export interface Cause {
  /** The event or tick the evaluations follow from. */
  id: string;
  /** Data has arrived, rather than a clock ticked. */
  arrival: boolean;
}

/** An alert on which nothing happens is saved this often, so that its value and freshness can be trusted. */
const heartbeatMs = 60_000;

/**
 * What is to be saved after the evaluations of one group, oldest first, or undefined when nothing is. All that
 * happened in between (it fired and resolved inside one late batch) becomes one save that owes every event.
 */
export function changeOf(
  ctx: Ctx,
  rule: AlertRule,
  before: AlertRecord | undefined,
  alertId: string,
  evaluations: readonly GroupEvaluation[],
  cause: Cause,
): Change | undefined {
  const last = evaluations.at(-1);
  if (!last) return undefined;
  const noted = evaluations.filter((evaluation) => evaluation.outcome !== null);
  if (noted.length === 0 && !(before && worthSaving(ctx, before, last, cause))) return undefined;

  let record = before;
  const events: Envelope[] = [];
  const decisions: AlertDecision[] = [];
  for (const evaluation of noted) {
    record = advance(ctx, rule, { before, from: record, alertId }, evaluation, cause);
    const place = events.length;
    events.push(
      ...eventOf(ctx, record, evaluation.emit, { previousSeverity: evaluation.before.severity, place }),
    );
    decisions.push(decisionOf(ctx, record, evaluation, decisions.length));
  }
  const final = advance(ctx, rule, { before, from: record, alertId }, last, cause);
  const after = noted.length > 0 ? { ...final, cause: cause.id, decisions } : final;
  return { before, events, decisions, ...withOpenVersion(before, after, ctx.nowMs) };
}

/** The open-index entries of an alert as they were last written. */
export function openEntryOf(record: AlertRecord | undefined, notedMs: number): OpenAlert | undefined {
  if (!record || record.openVersion === null) return undefined;
  const { id: alertId, ruleId, openVersion: version } = record;
  return { alertId, ruleId, labels: labelsOf(record), severity: record.status.severity, version, notedMs };
}

function worthSaving(ctx: Ctx, before: AlertRecord, last: GroupEvaluation, cause: Cause): boolean {
  const { severity, clearSinceMs, silent } = before.status;
  if (last.after.dataMs < before.status.dataMs) return false;
  if (last.after.severity !== severity || last.after.clearSinceMs !== clearSinceMs) return true;
  if (last.after.silent !== silent) return true;
  return isOpen(last.after.state) && cause.arrival && ctx.nowMs - before.arrivedMs >= heartbeatMs;
}

interface Progress {
  before: AlertRecord | undefined;
  from: AlertRecord | undefined;
  alertId: string;
}

function advance(
  ctx: Ctx,
  rule: AlertRule,
  { before, from, alertId }: Progress,
  evaluation: GroupEvaluation,
  cause: Cause,
): AlertRecord {
  const { after: status, measurement, verdict } = evaluation;
  const labels = { ruleLabels: rule.labels, groupLabels: evaluation.labels };
  const unit = evaluation.unit ?? from?.unit ?? null;
  const value = valueAfter(measurement, from?.value ?? null);
  const threshold = verdict.kind === "breach" ? verdict.threshold : (from?.threshold ?? null);
  return {
    id: alertId,
    project: rule.project,
    ruleId: rule.id,
    ruleVersion: rule.version,
    ruleName: rule.name,
    metric: rule.metric,
    fingerprint: evaluation.fingerprint,
    ...labels,
    annotations: renderAnnotations(rule.annotations, {
      value,
      threshold,
      unit,
      severity: status.severity,
      labels: labelsOf(labels),
    }),
    unit,
    value,
    threshold,
    reason: evaluation.outcome === null ? (from?.reason ?? evaluation.reason) : evaluation.reason,
    status,
    scope: scopeOf(rule),
    arrivedMs: cause.arrival ? ctx.nowMs : (before?.arrivedMs ?? 0),
    evaluatedMs: Math.max(evaluation.atMs, before?.evaluatedMs ?? 0),
    version: (before?.version ?? 0) + 1,
    openVersion: before?.openVersion ?? null,
    cause: from?.cause ?? cause.id,
    decisions: from?.decisions ?? [],
  };
}

function valueAfter(measurement: GroupEvaluation["measurement"], known: number | null): number | null {
  if (typeof measurement === "number") return measurement;
  return measurement === "no-data" ? null : known;
}

function decisionOf(
  ctx: Ctx,
  record: AlertRecord,
  evaluation: GroupEvaluation,
  place: number,
): AlertDecision {
  return {
    id: derivedId("decision", record.id, record.version, isoTime(evaluation.atMs), place),
    at: isoTime(evaluation.atMs),
    alertId: record.id,
    ruleId: record.ruleId,
    ruleVersion: record.ruleVersion,
    outcome: evaluation.outcome ?? "evaluated",
    from: evaluation.before.state,
    to: evaluation.after.state,
    severity: evaluation.after.severity,
    value: record.value,
    threshold: record.threshold,
    inputs: { ...evaluation.inputs, causationId: ctx.causationId },
    reason: record.reason,
  };
}

/** The entries follow severity and labels; where these stay, so do the entries. */
function withOpenVersion(
  before: AlertRecord | undefined,
  after: AlertRecord,
  notedMs: number,
): Pick<Change, "after" | "opens"> {
  if (!isOpen(after.status.state)) return { after: { ...after, openVersion: null }, opens: undefined };
  const sameEntries =
    before !== undefined &&
    before.openVersion !== null &&
    before.status.severity === after.status.severity &&
    JSON.stringify(labelsOf(before)) === JSON.stringify(labelsOf(after));
  if (sameEntries) return { after, opens: undefined };
  const opened = { ...after, openVersion: after.version };
  return { after: opened, opens: openEntryOf(opened, notedMs) };
}

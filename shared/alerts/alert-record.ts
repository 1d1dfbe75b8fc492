import { z } from "zod";
import type { AlertFiredV1, AlertResolvedV1, AlertSeverityChangedV1 } from "../../events/alerts.ts";
import { Labels, Severity } from "../../events/alerts.ts";
import type { Envelope } from "../../events/envelope.ts";
import { envelop } from "../platform/bus/envelop.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { derivedId } from "../platform/ids.ts";
import { defaultProject } from "../platform/labels/project.ts";
import type { GroupState } from "./evaluate-rule.ts";
import { type Alert, AlertDecision, AlertState } from "./schemas.ts";
import type { Emit } from "./transition.ts";

/** An alert as it is kept: one for each fingerprint of a rule, open or not. */
export const AlertRecord = z.object({
  id: z.string(),
  project: z.string().default(defaultProject),
  ruleId: z.string(),
  ruleVersion: z.int().positive(),
  ruleName: z.string(),
  metric: z.string(),
  fingerprint: z.string(),
  /** What the rule adds, and what tells the group from others; of the same name the group's counts. */
  ruleLabels: Labels,
  groupLabels: Labels,
  annotations: Labels,
  unit: z.string().nullable(),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  reason: z.string(),
  status: z.object({
    state: AlertState,
    severity: Severity,
    pendingSinceMs: z.number().nullable(),
    startedMs: z.number().nullable(),
    resolvedMs: z.number().nullable(),
    clearSinceMs: z.number().nullable(),
    silent: z.boolean(),
    dataMs: z.number(),
  }),
  scope: z.string(),
  arrivedMs: z.number(),
  evaluatedMs: z.number(),
  version: z.int().positive(),
  /** The version that its entries in the open index carry; null while it has none. */
  openVersion: z.int().positive().nullable(),
  /** The event or tick that last changed it, and the decisions that change is owed a record of. */
  cause: z.string(),
  decisions: z.array(AlertDecision),
});
export type AlertRecord = z.infer<typeof AlertRecord>;

export function labelsOf(record: Pick<AlertRecord, "ruleLabels" | "groupLabels">): Labels {
  return { ...record.ruleLabels, ...record.groupLabels };
}

export function stateOf(record: AlertRecord): GroupState {
  return {
    status: record.status,
    labels: record.groupLabels,
    scope: record.scope,
    arrivedMs: record.arrivedMs,
  };
}

/** What the API shows. */
export function toAlert(record: AlertRecord): Alert {
  const { status } = record;
  return {
    id: record.id,
    project: record.project,
    ruleId: record.ruleId,
    ruleVersion: record.ruleVersion,
    ruleName: record.ruleName,
    metric: record.metric,
    fingerprint: record.fingerprint,
    state: status.state,
    severity: status.severity,
    labels: labelsOf(record),
    annotations: record.annotations,
    value: record.value,
    threshold: record.threshold,
    unit: record.unit,
    pendingSince: iso(status.pendingSinceMs),
    startedAt: iso(status.startedMs),
    resolvedAt: iso(status.resolvedMs),
    lastEvaluatedAt: isoTime(record.evaluatedMs),
    reason: record.reason,
    version: record.version,
  };
}

/**
 * The event a change owes, or none. Its id follows from the alert, its version and the place among the events of
 * one save, so a save that is tried again owes the same event.
 */
export function eventOf(
  ctx: Ctx,
  record: AlertRecord,
  emit: Emit,
  extra: { previousSeverity: Severity; place: number },
): Envelope[] {
  const { status } = record;
  const facts: AlertFiredV1 = {
    project: record.project,
    alertId: record.id,
    ruleId: record.ruleId,
    ruleVersion: record.ruleVersion,
    ruleName: record.ruleName,
    fingerprint: record.fingerprint,
    severity: status.severity,
    labels: labelsOf(record),
    annotations: record.annotations,
    value: record.value,
    threshold: record.threshold,
    unit: record.unit,
    startedAt: isoTime(status.startedMs ?? record.evaluatedMs),
    reason: record.reason,
  };
  const id = derivedId("event", record.id, facts.startedAt, record.version, extra.place);
  switch (emit) {
    case "none":
      return [];
    case "fired":
      return [envelop(ctx, "alerts", { id, type: "alert.fired.v1", data: facts })];
    case "severity-changed": {
      const data: AlertSeverityChangedV1 = { ...facts, previousSeverity: extra.previousSeverity };
      return [envelop(ctx, "alerts", { id, type: "alert.severity-changed.v1", data })];
    }
    case "resolved": {
      const data: AlertResolvedV1 = {
        ...facts,
        resolvedAt: isoTime(status.resolvedMs ?? record.evaluatedMs),
      };
      return [envelop(ctx, "alerts", { id, type: "alert.resolved.v1", data })];
    }
  }
}

function iso(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}

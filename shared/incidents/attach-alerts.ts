import type { Ctx } from "../platform/context.ts";
import { type Change, unchanged, withStep } from "./change.ts";
import type { IncidentRecord } from "./incident-record.ts";
import type { Member, MemberChange } from "./member.ts";
import { moveTo } from "./move.ts";
import { gravest, isGraver } from "./severity.ts";
import { isOpen } from "./states.ts";

/** One alert of a batch, as its incident knew it and as it is now. */
export interface MemberUpdate {
  before: Member | undefined;
  after: Member;
  change: MemberChange;
  /** The moment the change happened to the alert. */
  at: string;
  /** Why it belongs to this incident. */
  reason: string;
}
export type MemberUpdates = [MemberUpdate, ...MemberUpdate[]];

const idsInFacts = 20;

/**
 * Takes a batch of alerts into an incident: counters by difference, the severity up where a new or graver
 * alert demands it, one timeline entry and one event for the whole batch. When the last firing alert went
 * back to normal the platform resolves the incident.
 */
export function attachAlerts(ctx: Ctx, incident: IncidentRecord, updates: MemberUpdates): Change {
  const summary = summarize(updates, incident.firingCount + firingDelta(updates));
  const raised = raisedSeverity(incident, updates);
  let change = withStep(ctx, unchanged(incident), {
    set: counted(incident, updates),
    entry: { kind: "alert", text: summary, facts: factsOf(updates) },
    ...(raised || isOver(incident, updates)
      ? {}
      : { event: { type: "incident.updated.v1", change: "alerts", summary } }),
  });
  if (raised) {
    const text = `SentinelOps raised the severity from ${incident.severity} to ${raised}: ${summary}`;
    change = withStep(ctx, change, {
      set: { severity: raised },
      entry: { kind: "severity", text, facts: { from: incident.severity, to: raised } },
      event: { type: "incident.updated.v1", change: "severity", summary: text },
    });
  }
  return resolvedWhenQuiet(ctx, { ...change, members: updates.map((update) => update.after) });
}

/** Ends the incident once the change left it without a firing alert. */
export function resolvedWhenQuiet(ctx: Ctx, change: Change): Change {
  const { before, after, members } = change;
  const hadFiring = before === undefined || before.firingCount > 0;
  if (!isOpen(after.state) || !hadFiring || after.firingCount > 0) return change;
  const lastMs = Math.max(...members.map((member) => Date.parse(member.resolvedAt ?? member.startedAt)));
  const note = "every alert went back to normal";
  return moveTo(ctx, change, { to: "RESOLVED", atMs: lastMs, note });
}

export function counted(
  incident: Pick<IncidentRecord, "alertCount" | "firingCount">,
  updates: readonly MemberUpdate[],
) {
  return {
    alertCount: incident.alertCount + updates.filter((update) => !update.before).length,
    firingCount: incident.firingCount + firingDelta(updates),
  };
}

export function factsOf(updates: readonly MemberUpdate[]): Record<string, unknown> {
  const idsOf = (kinds: readonly MemberChange[]) =>
    updates.filter(({ change }) => kinds.includes(change)).map(({ after }) => after.alertId);
  const some = (ids: string[]) => ({ count: ids.length, alertIds: ids.slice(0, idsInFacts) });
  const [only] = updates.length === 1 ? updates : [];
  return {
    ...(only ? { alertId: only.after.alertId } : {}),
    joined: some(idsOf(["joined", "restarted"])),
    resolved: some(idsOf(["resolved"])),
    reasons: [...new Set(updates.map(({ reason }) => reason))].slice(0, idsInFacts),
  };
}

function isOver(incident: IncidentRecord, updates: readonly MemberUpdate[]): boolean {
  return (
    isOpen(incident.state) && incident.firingCount > 0 && incident.firingCount + firingDelta(updates) === 0
  );
}

function firingDelta(updates: readonly MemberUpdate[]): number {
  return updates.reduce(
    (sum, { before, after }) => sum + Number(after.firing) - Number(before?.firing ?? false),
    0,
  );
}

/** A person's lower severity stands until an alert newly fires, or worsens, above it. */
function raisedSeverity(incident: IncidentRecord, updates: readonly MemberUpdate[]) {
  const rising = updates.filter(
    ({ after, change }) => after.firing && ["joined", "restarted", "escalated"].includes(change),
  );
  const worst = gravest(rising.map(({ after }) => after.severity));
  return isGraver(worst, incident.severity) ? worst : undefined;
}

function summarize(updates: MemberUpdates, firingCount: number): string {
  const [first, ...others] = updates;
  const now = firingCount === 1 ? "1 alert is firing" : `${firingCount} alerts are firing`;
  if (others.length === 0) return `${sentence(first).replace(/\.$/, "")}. Now ${now}.`;
  const counts = (["joined", "restarted", "escalated", "lowered", "resolved", "refreshed"] as const)
    .map((kind) => ({ kind, count: updates.filter(({ change }) => change === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`);
  return `${updates.length} alerts changed: ${counts.join(", ")}. Now ${now}.`;
}

function sentence({ after, change, reason }: MemberUpdate): string {
  return change === "joined" ? reason : `"${after.ruleName}" ${change} (${after.severity}): ${after.reason}`;
}

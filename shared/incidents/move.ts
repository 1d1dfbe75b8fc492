import type { IncidentState } from "../../events/incidents.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { type Change, nameOf, withStep } from "./change.ts";
import type { IncidentRecord } from "./incident-record.ts";
import { isOpen } from "./states.ts";

export interface Move {
  to: IncidentState;
  /** When it happened, ms; not before the incident opened. */
  atMs: number;
  note?: string | undefined;
}

/** The step from one state to the next, with the times that belong to it. The move is known to be legal. */
export function moveTo(ctx: Ctx, change: Change, { to, atMs, note }: Move): Change {
  const from = change.after.state;
  const summary = `${nameOf(ctx.actor)} moved it from ${from} to ${to}${note ? `: ${note}` : "."}`;
  return withStep(ctx, change, {
    set: { state: to, ...timesOf(ctx, change.after, to, atMs) },
    entry: { kind: "state", text: summary, facts: { from, to, ...(note ? { note } : {}) } },
    event: { type: "incident.state-changed.v1", summary },
  });
}

/** A person's first move acknowledges; leaving RESOLVED or MITIGATED backwards takes that time back. */
function timesOf(
  ctx: Ctx,
  incident: IncidentRecord,
  to: IncidentState,
  atMs: number,
): Partial<IncidentRecord> {
  const at = isoTime(atMs);
  const sinceOpenMs = Math.max(0, atMs - Date.parse(incident.openedAt));
  const set: Partial<IncidentRecord> = {};
  if (ctx.actor.kind !== "system" && incident.acknowledgedAt === null && to !== "LEARNED") {
    set.acknowledgedAt = at;
    set.timeToAcknowledgeMs = sinceOpenMs;
  }
  if (to === "MITIGATED") set.mitigatedAt = at;
  if (to === "RESOLVED") {
    set.resolvedAt = at;
    set.timeToResolveMs = sinceOpenMs;
  }
  if (isOpen(to) && to !== "MITIGATED") {
    set.mitigatedAt = null;
    set.resolvedAt = null;
    set.timeToResolveMs = null;
  }
  return set;
}

import type { Ctx } from "../platform/context.ts";
import { Conflict, NotFound } from "../platform/errors.ts";
import { unchanged } from "./change.ts";
import { changeIncident } from "./change-incident.ts";
import { type IncidentRecord, toIncident } from "./incident-record.ts";
import { moveTo } from "./move.ts";
import type { IncidentDeps } from "./save-change.ts";
import type { Incident, TransitionInput } from "./schemas.ts";
import { assertMayMove } from "./states.ts";

/** Whether something stands that would tell the next time the same breaks, and what it is or what is lacking. */
export type CheckGuard = (
  ctx: Ctx,
  incident: IncidentRecord,
) => Promise<{ guarded: boolean; reason: string }>;

export interface TransitionDeps extends IncidentDeps {
  checkGuard: CheckGuard;
}

/**
 * Moves the incident to another state. Asking for the state it is in changes nothing, so a second click is
 * harmless. Throws Conflict naming the legal moves, or where nothing guards against the incident what it wants to
 * be learned from; NotFound outside the tenant.
 */
export async function transitionIncident(
  ctx: Ctx,
  incidentId: string,
  { to, note }: TransitionInput,
  deps: TransitionDeps,
): Promise<Incident> {
  const guard = to === "LEARNED" ? await assertGuarded(ctx, incidentId, deps) : undefined;
  if (guard && "done" in guard) return guard.done;
  const words = [note, guard?.reason].filter(Boolean).join(" ");
  return changeIncident(ctx, incidentId, deps, (incident) => {
    if (incident.state === to) return undefined;
    assertMayMove(incident.state, to);
    return moveTo(ctx, unchanged(incident), { to, atMs: ctx.nowMs, note: words || undefined });
  });
}

/** Looks before anything is saved; `done` = it was learned from before. */
async function assertGuarded(
  ctx: Ctx,
  incidentId: string,
  { incidents, checkGuard }: TransitionDeps,
): Promise<{ reason: string } | { done: Incident }> {
  const incident = await incidents.load(ctx.tenantId, incidentId);
  if (!incident) throw new NotFound("incident", incidentId);
  if (incident.state === "LEARNED") return { done: toIncident(incident) };
  assertMayMove(incident.state, "LEARNED");
  const { guarded, reason } = await checkGuard(ctx, incident);
  if (!guarded) throw new Conflict(`The incident cannot be LEARNED yet: ${reason}`, "to");
  return { reason };
}

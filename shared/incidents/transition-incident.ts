import type { Ctx } from "../platform/context.ts";
import { unchanged } from "./change.ts";
import { changeIncident } from "./change-incident.ts";
import { moveTo } from "./move.ts";
import type { IncidentDeps } from "./save-change.ts";
import type { Incident, TransitionInput } from "./schemas.ts";
import { assertMayMove } from "./states.ts";

/**
 * Moves the incident to another state. Asking for the state it is in changes nothing, so a second click is
 * harmless. Throws Conflict naming the legal moves, NotFound outside the tenant.
 */
export async function transitionIncident(
  ctx: Ctx,
  incidentId: string,
  { to, note }: TransitionInput,
  deps: IncidentDeps,
): Promise<Incident> {
  return changeIncident(ctx, incidentId, deps, (incident) => {
    if (incident.state === to) return undefined;
    assertMayMove(incident.state, to);
    return moveTo(ctx, unchanged(incident), { to, atMs: ctx.nowMs, note });
  });
}

import type { Ctx } from "../platform/context.ts";
import { type Change, nameOf, unchanged, withStep } from "./change.ts";
import { changeIncident } from "./change-incident.ts";
import type { IncidentDeps } from "./save-change.ts";
import type { Incident, IncidentPatch } from "./schemas.ts";

const fields = ["severity", "assignee", "title"] as const;

/**
 * Sets severity, assignee or title. Each field that really changes is a timeline entry with its before and
 * after, and an event; a patch that changes nothing writes nothing. An assignee of no letters is nobody.
 * Throws NotFound outside the tenant.
 */
export async function patchIncident(
  ctx: Ctx,
  incidentId: string,
  patch: IncidentPatch,
  deps: IncidentDeps,
): Promise<Incident> {
  return changeIncident(ctx, incidentId, deps, (incident) => {
    const change = fields.reduce<Change>((sum, field) => {
      const to = field === "assignee" && patch.assignee === "" ? null : patch[field];
      const from = incident[field];
      if (to === undefined || to === from) return sum;
      const summary = `${nameOf(ctx.actor)} changed the ${field} from ${from ?? "nobody"} to ${to ?? "nobody"}.`;
      return withStep(ctx, sum, {
        set: { [field]: to },
        entry: { kind: field, text: summary, facts: { from, to } },
        event: { type: "incident.updated.v1", change: field, summary },
      });
    }, unchanged(incident));
    return change.entries.length > 0 ? change : undefined;
  });
}

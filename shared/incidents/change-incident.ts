import type { Ctx } from "../platform/context.ts";
import { NotFound, Unavailable } from "../platform/errors.ts";
import { maySeeProject } from "../platform/labels/project.ts";
import type { Change } from "./change.ts";
import { type IncidentRecord, toIncident } from "./incident-record.ts";
import { type IncidentDeps, saveChange } from "./save-change.ts";
import type { Incident } from "./schemas.ts";

const maxTries = 10;

/**
 * Loads, decides, saves guarded by the version read, and starts over when somebody else was faster: alerts
 * may pour into the incident while a person works on it. `decide` returns undefined where nothing changes.
 * Throws NotFound outside the tenant, and whatever `decide` throws.
 */
export async function changeIncident(
  ctx: Ctx,
  incidentId: string,
  deps: IncidentDeps,
  decide: (incident: IncidentRecord) => Change | undefined,
): Promise<Incident> {
  for (let lostRaces = 0; lostRaces < maxTries; lostRaces++) {
    const incident = await deps.incidents.load(ctx.tenantId, incidentId);
    if (!incident || !maySeeProject(ctx, incident.project)) throw new NotFound("incident", incidentId);
    const change = decide(incident);
    if (!change) return toIncident(incident);
    if ((await saveChange(ctx, change, deps)) === "saved") return toIncident(change.after);
  }
  throw new Unavailable(`Incident "${incidentId}" is changing too fast just now; try again.`);
}

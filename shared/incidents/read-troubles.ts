import type { Severity } from "../../events/alerts.ts";
import type { Ctx } from "../platform/context.ts";
import { serviceKey } from "./alert-signal.ts";
import type { IncidentLists } from "./list-store.ts";
import { gravest } from "./severity.ts";

const maxIncidents = 200;

/** An open incident's service, of one project. */
export interface ServiceTrouble {
  project: string;
  service: string;
  openIncidents: number;
  severity: Severity;
}

/** The services with open incidents among the newest two hundred that may be seen, and the gravest severity of each. */
export async function readTroubles(ctx: Ctx, lists: IncidentLists): Promise<ServiceTrouble[]> {
  const { items } = await lists.incidents(ctx.tenantId, { state: "open", limit: maxIncidents }, ctx.projects);
  const troubles = new Map<string, ServiceTrouble>();
  for (const { project, service, severity } of items) {
    if (service === null) continue;
    const key = serviceKey(service, project);
    const known = troubles.get(key);
    troubles.set(key, {
      ...{ project, service },
      openIncidents: (known?.openIncidents ?? 0) + 1,
      severity: known ? gravest([known.severity, severity]) : severity,
    });
  }
  return [...troubles.values()];
}

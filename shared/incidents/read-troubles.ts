import type { Severity } from "../../events/alerts.ts";
import type { Ctx } from "../platform/context.ts";
import type { IncidentLists } from "./list-store.ts";
import { gravest } from "./severity.ts";

const maxIncidents = 200;

/** Per service its open incidents, of the newest two hundred, and the gravest severity among them. */
export async function readTroubles(
  ctx: Ctx,
  lists: IncidentLists,
): Promise<Map<string, { openIncidents: number; severity: Severity }>> {
  const { items } = await lists.incidents(ctx.tenantId, { state: "open", limit: maxIncidents });
  const troubles = new Map<string, { openIncidents: number; severity: Severity }>();
  for (const { service, severity } of items) {
    if (service === null) continue;
    const known = troubles.get(service);
    troubles.set(service, {
      openIncidents: (known?.openIncidents ?? 0) + 1,
      severity: known ? gravest([known.severity, severity]) : severity,
    });
  }
  return troubles;
}

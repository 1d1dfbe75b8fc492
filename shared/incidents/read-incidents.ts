import type { Ctx } from "../platform/context.ts";
import { NotFound } from "../platform/errors.ts";
import { maySeeProject } from "../platform/labels/project.ts";
import { type IncidentRecord, toIncident } from "./incident-record.ts";
import type { IncidentStore } from "./incident-store.ts";
import type { IncidentLists } from "./list-store.ts";
import type {
  Incident,
  IncidentAlertList,
  IncidentFilter,
  IncidentList,
  IncidentPage,
  Timeline,
} from "./schemas.ts";

export interface ReadDeps {
  incidents: IncidentStore;
  lists: IncidentLists;
}

/** One page, newest first, with the month's means beside it. */
export async function listIncidents(
  ctx: Ctx,
  filter: IncidentFilter,
  { incidents, lists }: ReadDeps,
): Promise<IncidentList> {
  const [page, open, means] = await Promise.all([
    lists.incidents(ctx.tenantId, filter, ctx.projects),
    lists.countOpen(ctx.tenantId, ctx.projects),
    incidents.timesMeans(ctx.tenantId, ctx.nowMs),
  ]);
  return { items: page.items.map(toIncident), cursor: page.cursor, stats: { open, ...means } };
}

export async function readIncident(ctx: Ctx, incidentId: string, deps: ReadDeps): Promise<Incident> {
  return toIncident(await find(ctx, incidentId, deps));
}

export async function readTimeline(
  ctx: Ctx,
  incidentId: string,
  page: IncidentPage,
  deps: ReadDeps,
): Promise<Timeline> {
  await find(ctx, incidentId, deps);
  return deps.lists.timeline(ctx.tenantId, incidentId, page);
}

export async function readAlerts(
  ctx: Ctx,
  incidentId: string,
  page: IncidentPage,
  deps: ReadDeps,
): Promise<IncidentAlertList> {
  await find(ctx, incidentId, deps);
  return deps.lists.alerts(ctx.tenantId, incidentId, page);
}

async function find(ctx: Ctx, incidentId: string, { incidents }: ReadDeps): Promise<IncidentRecord> {
  const incident = await incidents.load(ctx.tenantId, incidentId);
  if (!incident || !maySeeProject(ctx, incident.project)) throw new NotFound("incident", incidentId);
  return incident;
}

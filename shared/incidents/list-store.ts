import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { defaultProject, maySeeProject } from "../platform/labels/project.ts";
import { IncidentRecord } from "./incident-record.ts";
import { allList, closedList, incidentKey, openList, serviceList } from "./incident-store.ts";
import { Member } from "./member.ts";
import { IncidentAlert, type IncidentFilter, TimelineEntry } from "./schemas.ts";
import { isOpen } from "./states.ts";

export interface PageInput {
  limit: number;
  cursor?: string | undefined;
}
export interface ListPage<T> {
  items: T[];
  /** null = that was all; a page may hold fewer than `limit` and still have one. */
  cursor: string | null;
}

/** How many reads one request may take for the sake of a filter that no index serves. */
const maxReads = 20;
/** "open" is counted up to here. */
const maxCounted = 1_000;

export type IncidentLists = ReturnType<typeof makeIncidentLists>;

/** The reading side: pages of incidents, timelines and alerts, never a Scan. */
export function makeIncidentLists(table: TenantTable) {
  const page = async (
    tenantId: string,
    filter: IncidentFilter,
    cursor: string | undefined,
    limit: number,
  ) => {
    if (filter.service === undefined && filter.state !== undefined) {
      const pk = isOpenFilter(filter.state) ? openList : closedList;
      const found = await table.query(tenantId, { index: "gsi1", pk, newestFirst: true, limit, cursor });
      return { incidents: found.items.map((row) => IncidentRecord.parse(row)), cursor: found.cursor };
    }
    const pk = filter.service === undefined ? allList : serviceList(filter.service);
    const found = await table.query(tenantId, { pk, newestFirst: true, limit, cursor });
    const ids = found.items.map((row) => String(row["incidentId"]));
    const rows = (await table.getMany(tenantId, ids.map(incidentKey))).map((row) =>
      IncidentRecord.parse(row),
    );
    const byId = new Map(rows.map((incident) => [incident.id, incident]));
    return { incidents: ids.flatMap((id) => byId.get(id) ?? []), cursor: found.cursor };
  };

  return {
    /** Newest first. The cursor belongs to the tenant and the list it came from. */
    async incidents(
      tenantId: string,
      filter: IncidentFilter,
      projects: readonly string[] | null = null,
    ): Promise<ListPage<IncidentRecord>> {
      const items: IncidentRecord[] = [];
      let cursor = filter.cursor;
      let reads = 0;
      do {
        const found = await page(tenantId, filter, cursor, filter.limit - items.length);
        items.push(
          ...found.incidents.filter(
            (incident) => fits(incident, filter) && maySeeProject({ projects }, incident.project),
          ),
        );
        cursor = found.cursor;
      } while (cursor && items.length < filter.limit && ++reads < maxReads);
      return { items, cursor: cursor ?? null };
    },

    /** As it was last saved; its alerts and timeline may still be spreading. */
    async find(tenantId: string, incidentId: string): Promise<IncidentRecord | undefined> {
      const row = await table.get(tenantId, incidentKey(incidentId));
      return row && IncidentRecord.parse(row);
    },

    async countOpen(tenantId: string, projects: readonly string[] | null = null): Promise<number> {
      let count = 0;
      for await (const row of table.queryAll(tenantId, { index: "gsi1", pk: openList })) {
        if (!maySeeProject({ projects }, String(row["project"] ?? defaultProject))) continue;
        if (++count === maxCounted) break;
      }
      return count;
    },

    /** Newest first. */
    async timeline(tenantId: string, incidentId: string, input: PageInput): Promise<ListPage<TimelineEntry>> {
      const { pk } = incidentKey(incidentId);
      const found = await table.query(tenantId, {
        pk,
        prefix: "TIME#",
        newestFirst: true,
        consistent: true,
        ...input,
      });
      return { items: found.items.map((row) => TimelineEntry.parse(row)), cursor: found.cursor ?? null };
    },

    async alerts(tenantId: string, incidentId: string, input: PageInput): Promise<ListPage<IncidentAlert>> {
      const { pk } = incidentKey(incidentId);
      const found = await table.query(tenantId, { pk, prefix: "ALERT#", consistent: true, ...input });
      return {
        items: found.items.map((row) => IncidentAlert.parse(Member.parse(row))),
        cursor: found.cursor ?? null,
      };
    },
  };
}

function isOpenFilter(state: NonNullable<IncidentFilter["state"]>): boolean {
  return state === "open" || (state !== "closed" && isOpen(state));
}

function fits(incident: IncidentRecord, { state, severity, service }: IncidentFilter): boolean {
  if (severity !== undefined && incident.severity !== severity) return false;
  if (service !== undefined && incident.service !== service) return false;
  switch (state) {
    case undefined:
      return true;
    case "open":
      return isOpen(incident.state);
    case "closed":
      return !isOpen(incident.state);
    default:
      return incident.state === state;
  }
}

import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import type { Envelope } from "../../events/envelope.ts";
import type { Item, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { newId } from "../platform/ids.ts";
import type { Change } from "./change.ts";
import { IncidentRecord } from "./incident-record.ts";
import { Member } from "./member.ts";
import { TimelineEntry } from "./schemas.ts";
import { isOpen } from "./states.ts";
import { makeTimesStore } from "./times-store.ts";

/**
 * What one save of an incident owes to other items: it is noted first under a token, the incident's guarded
 * save names the token and so commits it, and then it is spread. Whoever loads an incident that still names a
 * token waits a moment for the one at it and then spreads it too, so a crash between the two loses nothing and
 * counts nothing twice.
 */
const Owed = z.object({
  members: z.array(Member),
  entries: z.array(TimelineEntry),
  isNew: z.boolean(),
  timesChanged: z.boolean(),
});
type Owed = z.infer<typeof Owed>;

const owedDays = 14;
const pollMs = 20;
/** What the members of one save may weigh (an item holds 400 KB), and how many they may be. */
export const maxSaveBytes = 300_000;
export const maxSaveMembers = 250;

export type IncidentStore = ReturnType<typeof makeIncidentStore>;

/** `patienceMs`: how long a reader waits for a spread under way before it does the same work again. */
export function makeIncidentStore(table: TenantTable, { patienceMs = 400 } = {}) {
  const times = makeTimesStore(table);

  const spread = async (tenantId: string, incident: IncidentRecord, token: string): Promise<void> => {
    const note = await table.get(tenantId, owedKey(incident.id, token));
    if (note) {
      const owed = Owed.parse(note);
      const { version } = incident;
      await Promise.all([
        ...owed.members.map((member) =>
          table.put(
            tenantId,
            { ...memberKey(incident.id, member.alertId), ...member, version },
            { below: version },
          ),
        ),
        table.putMany(tenantId, [
          ...owed.entries.map((entry, i) => ({ ...entryKey(incident.id, entry.at, version, i), ...entry })),
          ...(owed.isNew ? listItems(incident) : []),
        ]),
        ...(owed.timesChanged ? [times.note(tenantId, incident)] : []),
      ]);
    }
    await table.save(tenantId, { ...incidentKey(incident.id), owes: undefined }, [], {
      version: incident.version,
    });
  };

  const open = async (tenantId: string, row: Item): Promise<IncidentRecord> => {
    let latest = row;
    for (let waitedMs = 0; tokenOf(latest) !== undefined && waitedMs < patienceMs; waitedMs += pollMs) {
      await setTimeout(pollMs);
      latest = (await table.get(tenantId, row)) ?? latest;
    }
    const incident = IncidentRecord.parse(latest);
    const token = tokenOf(latest);
    if (token !== undefined) await spread(tenantId, incident, token);
    return incident;
  };

  return {
    async load(tenantId: string, id: string): Promise<IncidentRecord | undefined> {
      if (!incidentId.test(id)) return undefined;
      const row = await table.get(tenantId, incidentKey(id));
      return row && open(tenantId, row);
    },

    /** Those that exist, by id. */
    async loadMany(tenantId: string, ids: readonly string[]): Promise<Map<string, IncidentRecord>> {
      const rows = await table.getMany(tenantId, ids.map(incidentKey));
      const incidents = await Promise.all(rows.map((row) => open(tenantId, row)));
      return new Map(incidents.map((incident) => [incident.id, incident]));
    },

    /** What the incidents know of the alerts. */
    async members(
      tenantId: string,
      pairs: readonly { incidentId: string; alertId: string }[],
    ): Promise<{ incidentId: string; member: Member }[]> {
      const rows = await table.getMany(
        tenantId,
        pairs.map(({ incidentId, alertId }) => memberKey(incidentId, alertId)),
      );
      return rows.map((row) => ({
        incidentId: row.pk.slice(incidentPrefix.length),
        member: Member.parse(row),
      }));
    },

    /**
     * Saves the change if nobody saved the incident since it was read. "saved" means that the incident, its
     * events' outbox and what it owes are durable; `finish` then spreads.
     */
    async commit(tenantId: string, change: Change): Promise<{ outcome: Saved; finish(): Promise<void> }> {
      const { before, after } = change;
      const token = newId("batch");
      const expiresAt = Math.ceil(Date.parse(after.updatedAt) / 1000) + owedDays * 86_400;
      await table.put(tenantId, { ...owedKey(after.id, token), ...owedBy(change), expiresAt });
      const outcome = await table.save(
        tenantId,
        { ...incidentKey(after.id), ...after, ...listIndex(after), owes: token },
        change.events,
        before ? { version: before.version } : { absent: true },
      );
      return { outcome, finish: () => spread(tenantId, after, token) };
    },

    /** Strikes events that the bus has taken. */
    async settle(tenantId: string, incidentId: string, events: readonly Envelope[]): Promise<void> {
      await table.settle(tenantId, incidentKey(incidentId), events);
    },

    timesMeans: times.means,
  };
}

function tokenOf(row: Item): string | undefined {
  return typeof row["owes"] === "string" ? row["owes"] : undefined;
}

function owedBy({ before, after, members, entries }: Change): Owed {
  const timesChanged =
    (before?.timeToAcknowledgeMs ?? null) !== after.timeToAcknowledgeMs ||
    (before?.timeToResolveMs ?? null) !== after.timeToResolveMs;
  return { members, entries, isNew: before === undefined, timesChanged };
}

/** Anything else is no id of ours, and a key of any length would be refused by the database. */
const incidentId = /^inc_[0-9A-Z]{26}$/;
const incidentPrefix = "INC#";
export const incidentKey = (id: string) => ({ pk: incidentPrefix + id, sk: "INCIDENT" });
const owedKey = (id: string, token: string) => ({ pk: incidentPrefix + id, sk: `OWED#${token}` });
const memberKey = (id: string, alertId: string) => ({ pk: incidentPrefix + id, sk: `ALERT#${alertId}` });
const entryKey = (id: string, at: string, version: number, i: number) => ({
  pk: incidentPrefix + id,
  sk: `TIME#${at}#${String(version).padStart(9, "0")}#${i}`,
});

function listIndex(incident: IncidentRecord) {
  return {
    gsi1pk: isOpen(incident.state) ? openList : closedList,
    gsi1sk: listOrder(incident),
  };
}
/** Never change after the opening: where an incident stands in the lists that do not follow its state. */
function listItems(incident: IncidentRecord): Item[] {
  const lists = [allList, ...(incident.service === null ? [] : [serviceList(incident.service)])];
  return lists.map((pk) => ({ pk, sk: listOrder(incident), incidentId: incident.id }));
}
const listOrder = (incident: IncidentRecord) => `${incident.openedAt}#${incident.id}`;
export const openList = "LIST#open";
export const closedList = "LIST#closed";
export const allList = "LIST#all";
export const serviceList = (service: string) => `LIST#service#${service}`;

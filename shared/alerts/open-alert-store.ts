import { z } from "zod";
import { Labels, Severity } from "../../events/alerts.ts";
import type { Item, Key, Page, TenantTable } from "../platform/aws/tenant-table.ts";
import { eachInParallel } from "../platform/each-in-parallel.ts";

/** What open alerts can be found by. */
export type Facet = { ruleId: string } | { label: string; value: string };

/** An alert that is pending or firing, or was a moment ago: readers look at the alert itself. */
export const OpenAlert = z.object({
  alertId: z.string(),
  ruleId: z.string(),
  severity: Severity,
  labels: Labels,
  /** The version of the alert whose save these entries were written for. */
  version: z.int().positive(),
  notedMs: z.number(),
});
export type OpenAlert = z.infer<typeof OpenAlert>;

export type OpenAlertStore = ReturnType<typeof makeOpenAlertStore>;

const rank: Readonly<Record<Severity, number>> = { critical: 1, warning: 2, info: 3 };
const removals = 64;

const facetPartition = (facet: Facet) =>
  "ruleId" in facet ? `OPEN#rule#${facet.ruleId}` : `OPEN#label#${facet.label}=${facet.value}`;

/**
 * The index of open alerts: for each alert one small entry under its rule and one under each label, so that an
 * alert is found, and a rule is known to have none, at a cost that does not grow with how many are open.
 *
 * Entries are written before the alert opens and struck after it closes, each carrying the version of the save
 * it was written for; a strike names that version and so never hits the entries of a later opening. Hence no open
 * alert is ever missing here. An entry without an open alert may linger after a crash; the tick strikes it.
 */
export function makeOpenAlertStore(table: TenantTable) {
  return {
    note(tenantId: string, alerts: readonly OpenAlert[]): Promise<void> {
      return table.putMany(tenantId, alerts.flatMap(entriesOf));
    },

    /** Strikes the alert's entries, save those that `still` has too or that a later opening has written. */
    async strike(tenantId: string, alerts: readonly { gone: OpenAlert; still?: OpenAlert }[]): Promise<void> {
      const doomed = alerts.flatMap(({ gone, still }) => {
        const kept = new Set(still ? entriesOf(still).map(nameOf) : []);
        return entriesOf(gone).filter((entry) => !kept.has(nameOf(entry)));
      });
      await eachInParallel(doomed, removals, async (entry) => {
        await table.remove(tenantId, { pk: entry.pk, sk: entry.sk }, { version: entry.version });
      });
    },

    /** Up to `limit` alerts of the rule that may be open; `complete` when these are all. */
    async someOfRule(
      tenantId: string,
      ruleId: string,
      limit: number,
    ): Promise<{ alertIds: Set<string>; complete: boolean }> {
      const pk = facetPartition({ ruleId });
      const page = await table.query(tenantId, { pk, limit, consistent: true });
      return { alertIds: new Set(page.items.map(alertIdOf)), complete: page.cursor === undefined };
    },

    async *allOfRule(tenantId: string, ruleId: string): AsyncGenerator<OpenAlert> {
      const pk = facetPartition({ ruleId });
      for await (const item of table.queryAll(tenantId, { pk, consistent: true })) {
        yield OpenAlert.parse(JSON.parse(String(item["body"])));
      }
    },

    /** Ids of alerts of one facet and severity. */
    async list(
      tenantId: string,
      facet: Facet,
      severity: Severity,
      limit: number,
      cursor?: string,
    ): Promise<Page<string>> {
      const page = await table.query(tenantId, {
        pk: facetPartition(facet),
        prefix: `${rank[severity]}#`,
        limit,
        cursor,
      });
      return { items: page.items.map(alertIdOf), cursor: page.cursor };
    },
  };
}

type Entry = Key & { version: number };

function entriesOf(alert: OpenAlert): (Entry & Item)[] {
  const sk = `${rank[alert.severity]}#${alert.alertId}`;
  const entry = (facet: Facet) => ({ pk: facetPartition(facet), sk, version: alert.version });
  return [
    { ...entry({ ruleId: alert.ruleId }), body: JSON.stringify(alert) },
    ...Object.entries(alert.labels).map(([label, value]) => entry({ label, value })),
  ];
}

const nameOf = (entry: Key) => `${entry.pk}|${entry.sk}`;
const alertIdOf = (entry: Key) => entry.sk.slice(2);

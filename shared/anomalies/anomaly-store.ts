import type { Envelope } from "../../events/envelope.ts";
import type { Item, Page, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { Anomaly, AnomalyDecision } from "./schemas.ts";

export type AnomalyStore = ReturnType<typeof makeAnomalyStore>;

const keptS = 90 * 86_400;
/** Anything else is no id of ours, and a key of any length would be refused by the database. */
const anomalyId = /^ano_[0-9A-Z]{26}$/;
const anomalyKey = (id: string) => ({ pk: `ANOMALY#${id}`, sk: "STATE" });
const decisionPartition = (id: string) => `DECISIONS#${id}`;
const listPartition = "ANOMALIES";
const openPartition = "OPEN";

/** Anomalies by id and by their beginning, a small entry for each open one, and their decision records. */
export function makeAnomalyStore(table: TenantTable) {
  return {
    async get(tenantId: string, id: string): Promise<Anomaly | undefined> {
      if (!anomalyId.test(id)) return undefined;
      const item = await table.get(tenantId, anomalyKey(id));
      return item && parse(item);
    },

    /** The entry under which open ones are found stands before the anomaly and goes after its end. */
    async save(
      tenantId: string,
      anomaly: Anomaly,
      previousVersion: number | null,
      events: readonly Envelope[],
    ): Promise<Saved> {
      const { id, startedAt, endedAt, version } = anomaly;
      const entry = { pk: openPartition, sk: `${startedAt}#${id}` };
      if (previousVersion === null) await table.put(tenantId, { ...entry, anomalyId: id });
      const guard = previousVersion === null ? { absent: true as const } : { version: previousVersion };
      const saved = await table.save(
        tenantId,
        {
          ...anomalyKey(id),
          version,
          body: JSON.stringify(anomaly),
          gsi1pk: listPartition,
          gsi1sk: `${startedAt}#${id}`,
          ...(endedAt === null ? {} : { expiresAt: Math.floor(Date.parse(endedAt) / 1000) + keptS }),
        },
        events,
        guard,
      );
      if (saved === "saved" && endedAt !== null) await table.remove(tenantId, entry);
      return saved;
    },

    settle(tenantId: string, id: string, events: readonly Envelope[]): Promise<void> {
      return table.settle(tenantId, anomalyKey(id), events);
    },

    /** Those that began in the span, the newest first. */
    async list(
      tenantId: string,
      span: { from: string; to: string },
      limit: number,
      cursor?: string,
    ): Promise<Page<Anomaly>> {
      const page = await table.query(tenantId, {
        index: "gsi1",
        pk: listPartition,
        from: span.from,
        to: `${span.to}~`,
        newestFirst: true,
        limit,
        cursor,
      });
      return { items: page.items.map(parse), cursor: page.cursor };
    },

    /** Every open one; entries that a dying process left behind are struck on the way. */
    async listOpen(tenantId: string): Promise<Anomaly[]> {
      const open: Anomaly[] = [];
      for await (const entry of table.queryAll(tenantId, { pk: openPartition, consistent: true })) {
        const item = await table.get(tenantId, anomalyKey(String(entry["anomalyId"])));
        const anomaly = item && parse(item);
        if (anomaly?.state === "open") open.push(anomaly);
        else if (anomaly) await table.remove(tenantId, entry);
      }
      return open;
    },

    /** Noting one twice leaves one. */
    note(tenantId: string, decisions: readonly AnomalyDecision[]): Promise<void> {
      return table.putMany(
        tenantId,
        decisions.map((decision) => ({
          pk: decisionPartition(decision.anomalyId),
          sk: `${decision.at}#${decision.id}`,
          body: JSON.stringify(decision),
          expiresAt: Math.floor(Date.parse(decision.at) / 1000) + keptS,
        })),
      );
    },

    /** Newest first. */
    async listDecisions(
      tenantId: string,
      id: string,
      limit: number,
      cursor?: string,
    ): Promise<Page<AnomalyDecision>> {
      const page = await table.query(tenantId, {
        pk: decisionPartition(id),
        newestFirst: true,
        consistent: true,
        limit,
        cursor,
      });
      return {
        items: page.items.map((item) => AnomalyDecision.parse(JSON.parse(String(item["body"])))),
        cursor: page.cursor,
      };
    },
  };
}

function parse(item: Item): Anomaly {
  return Anomaly.parse(JSON.parse(String(item["body"])));
}

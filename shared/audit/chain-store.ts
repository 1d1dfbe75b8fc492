import { z } from "zod";
import type { Item, Page, TenantTable } from "../platform/aws/tenant-table.ts";
import { type Act, chained, type Head, origin } from "./chain.ts";
import { AuditEntry } from "./schemas.ts";

export type ChainStore = ReturnType<typeof makeChainStore>;

/** Three years, and the days that DynamoDB may take to forget. */
export const keptMs = 3 * 366 * 86_400_000;

/** Which of the orders to read, newest first. */
export type Order =
  | { by: "time" }
  | { by: "actor"; actor: string }
  /** A type, or `type:id`. */
  | { by: "resource"; resource: string };
export interface Span {
  order: Order;
  /** ISO 8601 UTC; `from` inclusive, `to` exclusive. */
  from: string | undefined;
  to: string | undefined;
}

/** Set before an act is appended, so that an append done twice is one entry; `seq` once all is written. */
const Marker = z.object({ since: z.int(), seq: z.int().nullable() });
export type Marker = z.infer<typeof Marker>;

const chain = "CHAIN";
const seqDigits = 12;
const seqKey = (seq: number) => String(seq).padStart(seqDigits, "0");
const rowKey = (seq: number) => ({ pk: chain, sk: seqKey(seq) });
const markers = "SEEN";
const markerKey = (eventId: string) => ({ pk: markers, sk: eventId });
const timeOrder = "TIME";
const endKey = { pk: "END", sk: "END" };
const birthKey = { pk: "BIRTH", sk: "BIRTH" };
const End = z.object({ version: z.int(), hash: z.string() });

/**
 * A tenant's chain: one row an entry, numbered without a gap, each written once and never touched again. Beside
 * it a marker for each event that was taken in, and pointers for the orders in which people look.
 */
export function makeChainStore(table: TenantTable) {
  const noted = async (tenantId: string): Promise<Head | undefined> => {
    const item = await table.get(tenantId, endKey);
    if (!item) return undefined;
    const { version: seq, hash } = End.parse(item);
    return { seq, hash };
  };

  return {
    /** The last entry; where age has taken all of them, what the last one was. */
    async head(tenantId: string): Promise<Head> {
      const page = await table.query(tenantId, { pk: chain, newestFirst: true, limit: 1, consistent: true });
      const [row] = page.items;
      return row ? headOf(parse(row)) : ((await noted(tenantId)) ?? origin);
    },

    /** The newest entry that was finished, as noted beside the chain: an end cut off is told by it. */
    noted,

    /** When the first entry was written; undefined before it. */
    async bornMs(tenantId: string): Promise<number | undefined> {
      const item = await table.get(tenantId, birthKey);
      return item && z.int().parse(item["bornMs"]);
    },

    async marker(tenantId: string, eventId: string): Promise<Marker | undefined> {
      const item = await table.get(tenantId, markerKey(eventId));
      return item && Marker.parse(item);
    },

    /** "lost": another writer works on this event, or did. */
    begin(tenantId: string, eventId: string, since: number, nowMs: number) {
      const item = { ...markerKey(eventId), since, seq: null, expiresAt: expiry(nowMs) };
      return table.put(tenantId, item, { absent: true });
    },

    /** Everything after an entry, oldest first. */
    async *after(tenantId: string, seq: number): AsyncGenerator<AuditEntry> {
      const rows = table.queryAll(tenantId, { pk: chain, from: seqKey(seq + 1), consistent: true });
      for await (const row of rows) yield parse(row);
    },

    /** The entry that now follows `before`; undefined when another took its place. */
    async append(tenantId: string, before: Head, act: Act, at: string): Promise<AuditEntry | undefined> {
      const entry = chained(before, act, at);
      const item: Item = {
        ...rowKey(entry.seq),
        body: JSON.stringify(entry),
        gsi1pk: timeOrder,
        gsi1sk: placeOf(entry),
        expiresAt: expiry(Date.parse(at)),
      };
      return (await table.put(tenantId, item, { absent: true })) === "saved" ? entry : undefined;
    },

    /** Makes an entry findable and its event done with; to be repeated until it succeeds. */
    async finish(tenantId: string, entry: AuditEntry): Promise<void> {
      const expiresAt = expiry(Date.parse(entry.recordedAt));
      const sk = placeOf(entry);
      const places = [
        partitionOf({ by: "actor", actor: `${entry.actor.kind}:${entry.actor.id}` }),
        partitionOf({ by: "resource", resource: entry.resource.type }),
        partitionOf({ by: "resource", resource: `${entry.resource.type}:${entry.resource.id}` }),
      ];
      await Promise.all(places.map((pk) => table.put(tenantId, { pk, sk, chainSeq: entry.seq, expiresAt })));
      const { seq, hash } = entry;
      await table.put(tenantId, { ...endKey, version: seq, hash }, { below: seq });
      if (seq === 1) await table.put(tenantId, { ...birthKey, bornMs: Date.parse(entry.recordedAt) });
      await table.put(tenantId, { ...markerKey(entry.eventId), since: seq - 1, seq, expiresAt });
    },

    /** One page of an order, newest first. */
    async page(tenantId: string, span: Span, limit: number, cursor?: string): Promise<Page<AuditEntry>> {
      const { order, from, to } = span;
      const range = { ...(from ? { from } : {}), ...(to ? { to } : {}) };
      const common = { ...range, newestFirst: true, limit, cursor };
      if (order.by === "time") {
        const page = await table.query(tenantId, { ...common, pk: timeOrder, index: "gsi1" });
        return { items: page.items.map(parse), cursor: page.cursor };
      }
      const page = await table.query(tenantId, { ...common, pk: partitionOf(order) });
      const seqs = page.items.map((item) => Number(item["chainSeq"]));
      const rows = await table.getMany(tenantId, seqs.map(rowKey));
      const entries = new Map(rows.map((row) => [Number(row.sk), parse(row)]));
      return { items: seqs.flatMap((seq) => entries.get(seq) ?? []), cursor: page.cursor };
    },
  };
}

export const headOf = ({ seq, hash }: AuditEntry): Head => ({ seq, hash });

function partitionOf(order: Exclude<Order, { by: "time" }>): string {
  return order.by === "actor" ? `ACTOR#${order.actor}` : `RESOURCE#${order.resource}`;
}

/** Sorts by when it happened; the number makes it one of a kind. */
function placeOf(entry: AuditEntry): string {
  return `${entry.at}#${seqKey(entry.seq)}`;
}

const expiry = (fromMs: number) => Math.ceil((fromMs + keptMs) / 1000);

function parse(item: Item): AuditEntry {
  return AuditEntry.parse(JSON.parse(String(item["body"])));
}

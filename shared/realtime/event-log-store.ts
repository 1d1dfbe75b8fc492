import { z } from "zod";
import type { Item, TenantTable } from "../platform/aws/tenant-table.ts";

/** An event as a dashboard gets it. */
export const LoggedEvent = z.object({
  seq: z.string(),
  id: z.string(),
  type: z.string(),
  time: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type LoggedEvent = z.infer<typeof LoggedEvent>;

const keepMs = 24 * 3_600_000;
/**
 * A row becomes readable at most this long after the moment its `seq` names: the time-out of its writer and
 * what clocks may differ. A resume begins that much before the last `seq` the client saw.
 */
const overlapMs = 40_000;

export type EventLog = ReturnType<typeof makeEventLog>;

/** The last 24 hours of a tenant's events, in the order the platform took them in. */
export function makeEventLog(table: TenantTable) {
  return {
    /** Numbers the events by this moment and keeps them. */
    async append(
      tenantId: string,
      events: readonly Omit<LoggedEvent, "seq">[],
      nowMs: number,
    ): Promise<LoggedEvent[]> {
      const logged = events.map((event, i) => ({ seq: seqOf(nowMs, i, event.id), ...event }));
      const rows = logged.map((event) => ({ ...logKey(event.seq), ...event, expiresAt: expiry(nowMs) }));
      await table.putMany(tenantId, rows);
      return logged;
    },

    /**
     * What a client that saw everything up to `afterSeq` may lack, oldest first, with a few seconds it has
     * seen; "gap" when that is no longer held or more than `limit`.
     */
    async since(
      tenantId: string,
      afterSeq: string,
      limit: number,
      nowMs: number,
    ): Promise<LoggedEvent[] | "gap"> {
      const afterMs = timeOf(afterSeq);
      if (afterMs === undefined || nowMs - afterMs > keepMs - overlapMs) return "gap";
      const from = seqOf(afterMs - overlapMs, 0, "");
      const page = await table.query(tenantId, { pk: "LOG", from, limit: limit + 1, consistent: true });
      return page.items.length > limit || page.cursor ? "gap" : page.items.map(parse);
    },

    async newestSeq(tenantId: string): Promise<string | null> {
      const page = await table.query(tenantId, { pk: "LOG", newestFirst: true, limit: 1, consistent: true });
      return page.items[0] ? parse(page.items[0]).seq : null;
    },

    /** Which of the events were logged and sent already. */
    async done(tenantId: string, ids: readonly string[]): Promise<Set<string>> {
      const rows = await table.getMany(tenantId, ids.map(doneKey));
      return new Set(rows.map((row) => String(row["eventId"])));
    },

    async markDone(tenantId: string, ids: readonly string[], nowMs: number): Promise<void> {
      const rows = ids.map((eventId) => ({ ...doneKey(eventId), eventId, expiresAt: expiry(nowMs) }));
      await table.putMany(tenantId, rows);
    },
  };
}

function parse(row: Item): LoggedEvent {
  return LoggedEvent.parse(row);
}

function seqOf(ms: number, i: number, id: string): string {
  return `${String(ms).padStart(13, "0")}.${String(i).padStart(5, "0")}.${id}`;
}

function timeOf(seq: string): number | undefined {
  const time = /^(\d{13})\.\d{5}\./.exec(seq)?.[1];
  return time === undefined ? undefined : Number(time);
}

const expiry = (nowMs: number) => Math.ceil((nowMs + keepMs) / 1000);
const logKey = (seq: string) => ({ pk: "LOG", sk: seq });
const doneKey = (eventId: string) => ({ pk: `DONE#${eventId}`, sk: "DONE" });

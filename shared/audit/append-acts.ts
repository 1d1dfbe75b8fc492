import { isoTime } from "../platform/clock.ts";
import { Unavailable } from "../platform/errors.ts";
import type { Act, Head } from "./chain.ts";
import { type ChainStore, headOf } from "./chain-store.ts";
import type { AuditEntry } from "./schemas.ts";

const maxLostRaces = 50;

/**
 * Puts acts at the end of the tenant's chain, each once, however often and by however many writers it is handed
 * in. An entry takes the number after the last one it has read, and only if that number is still free; before it
 * tries again it reads what came in between, so an event that another writer appended is never appended again.
 */
export async function appendActs(
  tenantId: string,
  acts: readonly Act[],
  nowMs: number,
  chain: ChainStore,
): Promise<void> {
  let head = await chain.head(tenantId);
  const open = new Map<string, Act>();
  let since = head.seq;
  for (const act of acts) {
    if ((await chain.begin(tenantId, act.eventId, head.seq, nowMs)) === "saved") {
      open.set(act.eventId, act);
      continue;
    }
    const marker = await chain.marker(tenantId, act.eventId);
    if (typeof marker?.seq === "number") continue;
    open.set(act.eventId, act);
    since = Math.min(since, marker?.since ?? 0);
  }
  head = await skipTaken(tenantId, { open, since, head }, chain);

  for (let lostRaces = 0; open.size > 0; ) {
    const [act] = open.values();
    if (!act) return;
    const entry = await chain.append(tenantId, head, act, isoTime(nowMs));
    if (entry) {
      open.delete(act.eventId);
      head = headOf(entry);
      await chain.finish(tenantId, entry);
      continue;
    }
    if (++lostRaces > maxLostRaces) throw new Unavailable("The audit chain grows too fast to be joined.");
    head = await skipTaken(tenantId, { open, since: head.seq, head }, chain);
  }
}

/** Reads the chain on from `since`, finishes what is in it already, and returns its end. */
async function skipTaken(
  tenantId: string,
  { open, since, head }: { open: Map<string, Act>; since: number; head: Head },
  chain: ChainStore,
): Promise<Head> {
  let last = head;
  const taken: AuditEntry[] = [];
  for await (const entry of chain.after(tenantId, since)) {
    if (open.delete(entry.eventId)) taken.push(entry);
    last = headOf(entry);
  }
  await Promise.all(taken.map((entry) => chain.finish(tenantId, entry)));
  return last;
}

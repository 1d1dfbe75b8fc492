import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { nowMs } from "../clock.ts";
import { Conflict } from "../errors.ts";
import type { TenantTable } from "./tenant-table.ts";

/** Longer than a request may take, so that a holder whose lease has run out is dead. */
const leaseS = 30;
const waitedMs = 10_000;
const askedEachMs = 50;

/**
 * Does a tenant's work of one kind when no other process does any: for what is counted before it is made. Throws
 * Conflict when its turn has not come within ten seconds, as where a process died over it half a minute ago or less.
 */
export async function oneAtATime<T>(
  table: Pick<TenantTable, "put" | "get" | "remove">,
  tenantId: string,
  kind: string,
  work: () => Promise<T>,
): Promise<T> {
  const key = { pk: `LEASE#${kind}`, sk: "LEASE" };
  const version = randomInt(2 ** 47);
  const beganMs = nowMs();
  for (;;) {
    const nowS = Math.floor(nowMs() / 1000);
    const lease = { ...key, version, expiresAt: nowS + leaseS };
    if ((await table.put(tenantId, lease, { expiredBy: nowS })) === "saved") break;
    // A write whose answer was lost is repeated, and then finds itself in the way.
    if ((await table.get(tenantId, key))?.["version"] === version) break;
    if (nowMs() - beganMs > waitedMs) {
      throw new Conflict(`Another of the ${kind} is being made just now; try again in a moment.`);
    }
    await pause(askedEachMs * (0.5 + Math.random()));
  }
  try {
    return await work();
  } finally {
    // What was done stands; a lease that could not be given back runs out.
    await table.remove(tenantId, key, { version }).catch(() => undefined);
  }
}

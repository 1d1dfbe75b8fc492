import type { TenantTable } from "../aws/tenant-table.ts";
import type { Log } from "../log.ts";
import type { Publish } from "./publish.ts";

/** Younger debts may still be settled by the very request that made them. */
const graceMs = 20_000;
const itemsPerShard = 100;

/**
 * Publishes the events that a killed process had saved but not sent, and strikes them. At least once: the
 * events keep their ids, so consumers drop what they have seen. Returns how many events it sent.
 */
export async function sweepOutbox(
  table: TenantTable,
  publish: Publish,
  log: Log,
  nowMs: number,
): Promise<number> {
  const debts = await table.owed(nowMs - graceMs, itemsPerShard);
  let sent = 0;
  for (const debt of debts) {
    await publish(debt.events);
    await table.settle(debt.tenantId, debt.key, debt.events);
    await table.forgive(debt.tenantId, debt.key, debt.mark);
    sent += debt.events.length;
  }
  if (sent > 0) log.warn("published events a dead process owed", { events: sent, items: debts.length });
  return sent;
}

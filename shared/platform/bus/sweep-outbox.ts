import type { TenantTable } from "../aws/tenant-table.ts";
import { Unavailable } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Publish } from "./publish.ts";

/** Younger debts may still be settled by the very request that made them. */
export const graceMs = 20_000;
const itemsPerShard = 100;

/**
 * Publishes the events that a killed process had saved but not sent, or whose time has come, and strikes them. At least once: the
 * events keep their ids, so consumers drop what they have seen. Returns how many events it sent. An item whose
 * events cannot be sent keeps them and holds up no other; in the end it makes the sweep throw Unavailable.
 */
export async function sweepOutbox(
  table: TenantTable,
  publish: Publish,
  log: Log,
  nowMs: number,
): Promise<number> {
  const debts = await table.owed(nowMs - graceMs, itemsPerShard);
  let sent = 0;
  let stuck = 0;
  for (const debt of debts) {
    try {
      await publish(debt.events);
      await table.settle(debt.tenantId, debt.key, debt.events);
      if (debt.events.length === 0) await table.forgive(debt.tenantId, debt.key, debt.mark);
      if (debt.retired) await table.remove(debt.tenantId, debt.key, { retired: true });
      sent += debt.events.length;
    } catch (error) {
      stuck++;
      log.error("owed events could not be sent", { error, events: debt.events.map((event) => event.id) });
    }
  }
  if (sent > 0) log.info("published events that were owed", { events: sent, items: debts.length - stuck });
  if (stuck > 0) throw new Unavailable(`The events of ${stuck} of ${debts.length} items could not be sent.`);
  return sent;
}

import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { isoTime } from "../platform/clock.ts";

export type TickStore = ReturnType<typeof makeTickStore>;

const keptForMs = 2 * 86_400_000;

/** Which scheduled runs a tenant has had. */
export function makeTickStore(table: TenantTable) {
  return {
    /** True for the first who asks, false for everyone after. */
    async claim(tenantId: string, scheduledMs: number): Promise<boolean> {
      const expiresAt = Math.floor((scheduledMs + keptForMs) / 1000);
      const item = { pk: "TICKS", sk: isoTime(scheduledMs), expiresAt };
      return (await table.put(tenantId, item, { absent: true })) === "saved";
    },
  };
}

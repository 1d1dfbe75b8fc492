import type { TenantTable } from "../platform/aws/tenant-table.ts";

/** So many analyses a tenant gets in this time, whatever storm is on. */
export const slotMs = 10 * 60_000;
const keepS = 86_400;

export type BudgetStore = ReturnType<typeof makeBudgetStore>;

/** Counts a tenant's analyses by slots of ten minutes. */
export function makeBudgetStore(table: TenantTable) {
  const keyAt = (nowMs: number) => ({ pk: "BUDGET", sk: String(Math.floor(nowMs / slotMs)) });
  return {
    async used(tenantId: string, nowMs: number): Promise<number> {
      const item = await table.get(tenantId, keyAt(nowMs));
      return Number(item?.["runs"] ?? 0);
    },

    /** Counts one more and returns how many there are with it. */
    async take(tenantId: string, nowMs: number): Promise<number> {
      const expiresAt = Math.ceil(nowMs / 1000) + keepS;
      const item = await table.add(tenantId, keyAt(nowMs), { runs: 1 }, { expiresAt });
      return Number(item["runs"]);
    },
  };
}

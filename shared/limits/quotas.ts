import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { isoTime } from "../platform/clock.ts";
import type { LimitSettings } from "./settings.ts";

/** What is used up over a day and comes back at midnight UTC. */
export type DailyQuota = "ai-tokens-per-day";

export type QuotaTaken =
  | { kind: "taken"; left: number }
  /** Nothing was taken. */
  | { kind: "refused"; left: number; limit: number; resetsAtMs: number };

export type Quotas = ReturnType<typeof makeQuotas>;

const dayMs = 86_400_000;
/** For whoever looks at yesterday. */
const keptMs = 3 * dayMs;

/** Counters by the day, of a tenant and exact over all processes. */
export function makeQuotas(table: TenantTable, settings: LimitSettings) {
  const add = async (tenantId: string, name: DailyQuota, amount: number, nowMs: number): Promise<number> => {
    const day = isoTime(nowMs).slice(0, 10);
    const expiresAt = Math.ceil((nowMs + keptMs) / 1000);
    const item = await table.add(tenantId, { pk: `QUOTA#${name}`, sk: day }, { used: amount }, { expiresAt });
    return Number(item["used"]);
  };

  return {
    /**
     * Takes so much of today's quota, whole or not at all. Take what a call may cost before it is made, and give
     * back with `returnQuota` what it did not use.
     */
    async takeQuota(tenantId: string, name: DailyQuota, amount: number, nowMs: number): Promise<QuotaTaken> {
      const limit = settings[name];
      const used = await add(tenantId, name, amount, nowMs);
      if (used <= limit) return { kind: "taken", left: limit - used };
      const left = Math.max(0, limit - (await add(tenantId, name, -amount, nowMs)));
      return { kind: "refused", left, limit, resetsAtMs: nextDayMs(nowMs) };
    },

    async returnQuota(tenantId: string, name: DailyQuota, amount: number, nowMs: number): Promise<void> {
      if (amount > 0) await add(tenantId, name, -amount, nowMs);
    },

    async usedToday(tenantId: string, name: DailyQuota, nowMs: number): Promise<number> {
      const item = await table.get(tenantId, { pk: `QUOTA#${name}`, sk: isoTime(nowMs).slice(0, 10) });
      return Math.max(0, Number(item?.["used"] ?? 0));
    },
  };
}

export function nextDayMs(nowMs: number): number {
  return (Math.floor(nowMs / dayMs) + 1) * dayMs;
}

import { z } from "zod";
import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { isoTime } from "../platform/clock.ts";
import type { IncidentRecord } from "./incident-record.ts";

const Sample = z.object({
  acknowledgeMs: z.number().nullable(),
  resolveMs: z.number().nullable(),
  version: z.int(),
});
const Day = z.object({
  acknowledged: z.number().default(0),
  acknowledgeMs: z.number().default(0),
  resolved: z.number().default(0),
  resolveMs: z.number().default(0),
});
type Day = z.infer<typeof Day>;

const dayMs = 86_400_000;
const keepDays = 40;

/**
 * Sums per day of opening, so that means over a month cost thirty small reads however many incidents there
 * were. An incident that is resolved twice counts once, with its last times.
 */
export function makeTimesStore(table: TenantTable) {
  return {
    /**
     * Brings the sums up to this version of the incident. A process that dies between its two writes leaves
     * this one incident out of the means; nothing is ever counted twice.
     */
    async note(tenantId: string, incident: IncidentRecord): Promise<void> {
      const key = { pk: `INC#${incident.id}`, sk: "TIMES" };
      const row = await table.get(tenantId, key);
      const was = row ? Sample.parse(row) : { acknowledgeMs: null, resolveMs: null, version: 0 };
      if (was.version >= incident.version) return;
      const now = {
        acknowledgeMs: incident.timeToAcknowledgeMs,
        resolveMs: incident.timeToResolveMs,
        version: incident.version,
      };
      const guard = row ? { version: was.version } : { absent: true as const };
      if ((await table.put(tenantId, { ...key, ...now }, guard)) === "lost") return;
      const openedMs = Date.parse(incident.openedAt);
      await table.add(
        tenantId,
        dayKey(openedMs),
        {
          acknowledged: Number(now.acknowledgeMs !== null) - Number(was.acknowledgeMs !== null),
          acknowledgeMs: (now.acknowledgeMs ?? 0) - (was.acknowledgeMs ?? 0),
          resolved: Number(now.resolveMs !== null) - Number(was.resolveMs !== null),
          resolveMs: (now.resolveMs ?? 0) - (was.resolveMs ?? 0),
        },
        { expiresAt: Math.ceil(openedMs / 1000) + (keepDays * dayMs) / 1000 },
      );
    },

    /** Mean times to acknowledge and to resolve of the incidents opened in the last 30 days; null = none got there. */
    async means(tenantId: string, nowMs: number): Promise<{ mttaMs: number | null; mttrMs: number | null }> {
      const range = { pk: "TIMES", from: dayKey(nowMs - 30 * dayMs).sk, to: dayKey(nowMs).sk };
      const sum: Day = { acknowledged: 0, acknowledgeMs: 0, resolved: 0, resolveMs: 0 };
      for await (const row of table.queryAll(tenantId, range)) {
        const day = Day.parse(row);
        for (const name of Object.keys(sum) as (keyof Day)[]) sum[name] += day[name];
      }
      return {
        mttaMs: sum.acknowledged > 0 ? sum.acknowledgeMs / sum.acknowledged : null,
        mttrMs: sum.resolved > 0 ? sum.resolveMs / sum.resolved : null,
      };
    },
  };
}

const dayKey = (ms: number) => ({ pk: "TIMES", sk: isoTime(ms).slice(0, 10) });

import { z } from "zod";
import type { TenantTable } from "../platform/aws/tenant-table.ts";

/** How far the messages about one incident have come. */
export const Thread = z.object({
  /** The incident's version at which it was opened, or opened again; the ids of its messages hang on it. */
  openedVersion: z.int(),
  /** The newest version whose messages are noted; what is older is outdated. */
  version: z.int(),
});
export type Thread = z.infer<typeof Thread>;
export type ThreadStore = ReturnType<typeof makeThreadStore>;

const keptDays = 90;
const threadKey = (incidentId: string) => ({ pk: `INCIDENT#${incidentId}`, sk: "THREAD" });

export function makeThreadStore(table: TenantTable) {
  return {
    async find(tenantId: string, incidentId: string): Promise<Thread | undefined> {
      const item = await table.get(tenantId, threadKey(incidentId));
      return item && Thread.parse(item);
    },

    /** Moves the thread on from `before`. Losing means that another event of the incident did. */
    async advance(
      tenantId: string,
      incidentId: string,
      before: Thread | undefined,
      next: Thread,
      nowMs: number,
    ): Promise<void> {
      const expiresAt = Math.ceil(nowMs / 1000) + keptDays * 86_400;
      await table.put(
        tenantId,
        { ...threadKey(incidentId), ...next, expiresAt },
        before ? { version: before.version } : { absent: true },
      );
    },
  };
}

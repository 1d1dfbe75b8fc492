import { z } from "zod";
import type { Saved, TenantTable } from "../platform/aws/tenant-table.ts";

const Remembered = z.object({
  version: z.int(),
  /** Of who asked for what; the key alone does not make two requests the same. */
  fingerprint: z.string(),
  state: z.enum(["working", "done", "free"]),
  sinceMs: z.int(),
  answer: z.string().nullable(),
});
export type Remembered = z.infer<typeof Remembered>;

export type OnceStore = ReturnType<typeof makeOnceStore>;

const rememberedMs = 24 * 3_600_000;
const onceKey = (idempotencyKey: string) => ({ pk: `ONCE#${idempotencyKey}`, sk: "ONCE" });

/** What the requests with an Idempotency-Key of the last day came to. */
export function makeOnceStore(table: TenantTable) {
  return {
    async find(tenantId: string, idempotencyKey: string): Promise<Remembered | undefined> {
      const item = await table.get(tenantId, onceKey(idempotencyKey));
      return item && Remembered.parse(item);
    },

    /** Replaces the version before. */
    save(tenantId: string, idempotencyKey: string, remembered: Remembered): Promise<Saved> {
      const expiresAt = Math.ceil((remembered.sinceMs + rememberedMs) / 1000);
      const item = { ...onceKey(idempotencyKey), ...remembered, expiresAt };
      return table.put(tenantId, item, { version: remembered.version - 1 });
    },

    /** Takes a key that nobody used, or not since yesterday. */
    begin(tenantId: string, idempotencyKey: string, remembered: Remembered): Promise<Saved> {
      const expiresAt = Math.ceil((remembered.sinceMs + rememberedMs) / 1000);
      const item = { ...onceKey(idempotencyKey), ...remembered, expiresAt };
      return table.put(tenantId, item, { expiredBy: Math.floor(remembered.sinceMs / 1000) });
    },
  };
}

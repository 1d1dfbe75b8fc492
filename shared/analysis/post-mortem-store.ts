import { z } from "zod";
import type { Envelope } from "../../events/envelope.ts";
import type { Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { PostMortemInput } from "./schemas.ts";

export const SavedPostMortem = z.object({
  ...PostMortemInput.shape,
  updatedAt: z.iso.datetime(),
  updatedBy: z.string(),
  version: z.int().positive(),
});
export type SavedPostMortem = z.infer<typeof SavedPostMortem>;

export type PostMortemStore = ReturnType<typeof makePostMortemStore>;

const keyOf = (incidentId: string) => ({ pk: `INC#${incidentId}`, sk: "POSTMORTEM" });

/** What people wrote about an incident; it does not age. */
export function makePostMortemStore(table: TenantTable) {
  return {
    async get(tenantId: string, incidentId: string): Promise<SavedPostMortem | undefined> {
      const item = await table.get(tenantId, keyOf(incidentId));
      return item && SavedPostMortem.parse(JSON.parse(String(item["body"])));
    },

    /** Guarded by the version before it. */
    save(
      tenantId: string,
      incidentId: string,
      written: SavedPostMortem,
      owed: readonly Envelope[],
    ): Promise<Saved> {
      const guard = written.version === 1 ? { absent: true as const } : { version: written.version - 1 };
      const item = { ...keyOf(incidentId), version: written.version, body: JSON.stringify(written) };
      return table.change(tenantId, item, owed, guard);
    },
  };
}

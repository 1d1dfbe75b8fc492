import type { StoredBlock } from "./block-store.ts";
import type { Places } from "./directory.ts";

/** What this process remembers of a tenant between batches; the guards on the items tell when it is out of date. */
export interface CachedTenant {
  places: Places | undefined;
  /** When the places were read. */
  placesMs: number;
  blocks: Map<string, StoredBlock>;
}
export interface BlockCache {
  of(tenantId: string): CachedTenant;
}

/** About 400 KB each. */
const maxBlocks = 600;

/** Keeps the blocks of the tenants that were busy last; a tenant is let go of as a whole. */
export function makeBlockCache(): BlockCache {
  const tenants = new Map<string, CachedTenant>();
  return {
    of(tenantId) {
      const tenant = tenants.get(tenantId) ?? { places: undefined, placesMs: 0, blocks: new Map() };
      tenants.delete(tenantId);
      tenants.set(tenantId, tenant);
      let held = 0;
      for (const { blocks } of tenants.values()) held += blocks.size;
      for (const [id, { blocks }] of tenants) {
        if (held <= maxBlocks || id === tenantId) break;
        held -= blocks.size;
        tenants.delete(id);
      }
      return tenant;
    },
  };
}

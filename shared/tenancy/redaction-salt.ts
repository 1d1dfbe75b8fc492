import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { makeTenantStore } from "./tenant-store.ts";

/** The salt of a tenant's redaction marks. */
export type RedactionSalt = (tenantId: string) => Promise<string>;

const mostKept = 10_000;

/** Reads each tenant's salt once; it never changes, since marks have to stay comparable. */
export function makeRedactionSalt({ table }: { table: TenantTable }): RedactionSalt {
  const tenants = makeTenantStore(table);
  const known = new Map<string, string>();
  return async (tenantId) => {
    let salt = known.get(tenantId);
    if (salt === undefined) {
      salt = await tenants.redactionSalt(tenantId);
      if (known.size >= mostKept) known.clear();
      known.set(tenantId, salt);
    }
    return salt;
  };
}

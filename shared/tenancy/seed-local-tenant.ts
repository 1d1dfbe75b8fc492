import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { createKeys, ensureOwner } from "./create-tenant-with-keys.ts";
import { makeSignInLinkStore } from "./sign-in-link-store.ts";
import { makeTenantStore } from "./tenant-store.ts";

/** The link stands in a terminal on the same machine; a week of restarts and bookmarks may use it. */
const signInLifetimeMs = 7 * 24 * 3_600_000;
/** Whom the laptop's link signs in, and the first account of its sign-in page. */
export const localAdministrator = "admin@sentinelops.local";

/**
 * The laptop's tenant with fresh keys. Makes the tenant if there is none yet, so a first start that was cut
 * off before the keys were written down can simply be done again.
 */
export async function seedLocalTenant(input: { table: TenantTable; nowMs: number }): Promise<{
  tenantId: string;
  ingestKey: string;
  adminKey: string;
  signInToken: string;
}> {
  const { table, nowMs } = input;
  const store = makeTenantStore(table);
  const [existing] = await store.listTenantIds();
  const tenantId = existing ?? (await store.createTenant({ name: "This machine", nowMs })).tenantId;
  const keys = await createKeys({ table, tenantId, environment: "local", nowMs });
  return { tenantId, ...keys, signInToken: await issueLocalSignIn({ table, tenantId, nowMs }) };
}

/** A sign-in token for the laptop's built-in administrator, reusable for a week. */
export async function issueLocalSignIn(input: {
  table: TenantTable;
  tenantId: string;
  nowMs: number;
}): Promise<string> {
  const { table, tenantId, nowMs } = input;
  const { personId } = await ensureOwner({ table, tenantId, email: localAdministrator, nowMs });
  return makeSignInLinkStore(table).issue(
    { personId, tenantId },
    { reusable: true, lifetimeMs: signInLifetimeMs, nowMs },
  );
}

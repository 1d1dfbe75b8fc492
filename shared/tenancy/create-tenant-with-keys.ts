import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { Scope } from "./schemas.ts";
import { makeSessionStore } from "./session-store.ts";
import { makeTenantStore, type NewKey } from "./tenant-store.ts";

/** Long enough to mail the link, short enough that a forgotten one is worth nothing. */
const firstSignInMs = 24 * 3_600_000;

/**
 * A new tenant, an API key that may only send telemetry, one that may do everything, and a link's token that
 * signs its administrator in once within a day. The texts cannot be had again.
 */
export async function createTenantWithKeys(input: {
  table: TenantTable;
  name: string;
  nowMs: number;
}): Promise<{ tenantId: string; ingestKey: string; adminKey: string; signInToken: string }> {
  const { table, name, nowMs } = input;
  const { tenantId } = await makeTenantStore(table).createTenant({ name, nowMs });
  const signInToken = await makeSessionStore(table).issueSignIn(administratorOf(tenantId), {
    reusable: false,
    lifetimeMs: firstSignInMs,
    nowMs,
  });
  return { tenantId, ...(await createKeys({ table, tenantId, environment: "live", nowMs })), signInToken };
}

/** The two keys each tenant begins with. */
export async function createKeys(input: {
  table: TenantTable;
  tenantId: string;
  environment: NewKey["environment"];
  nowMs: number;
}): Promise<{ ingestKey: string; adminKey: string }> {
  const { table, tenantId, environment, nowMs } = input;
  const create = async (name: string, scopes: readonly Scope[]) => {
    const key = { environment, name, scopes, expiresAtMs: null };
    return (await makeTenantStore(table).createKey(tenantId, key, nowMs)).text;
  };
  return {
    ingestKey: await create("Ingest", ["ingest"]),
    adminKey: await create("Administrator", Scope.options),
  };
}

/** Until people have accounts of their own, each tenant has one. */
export function administratorOf(tenantId: string) {
  return {
    tenantId,
    actor: { kind: "person" as const, id: "administrator", name: "Administrator" },
    scopes: [...Scope.options],
  };
}

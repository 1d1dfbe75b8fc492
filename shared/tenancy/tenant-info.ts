import { audited } from "../audit/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict } from "../platform/errors.ts";
import type { TenantChange, TenantInfo } from "./schemas.ts";
import type { Tenant, TenantStore } from "./tenant-store.ts";

export async function readTenant({ tenantId }: Ctx, tenants: TenantStore): Promise<TenantInfo> {
  return shown(await tenants.getTenant(tenantId));
}

/** Throws Conflict where somebody else changed the tenant in the same moment. */
export async function renameTenant(
  ctx: Ctx,
  { name }: TenantChange,
  tenants: TenantStore,
): Promise<TenantInfo> {
  const before = await tenants.getTenant(ctx.tenantId);
  const tenant = { ...before, name };
  const owed = audited(ctx, {
    did: "renamed",
    resource: { type: "tenant", id: ctx.tenantId, name },
    before: { name: before.name },
    after: { name },
  });
  if ((await tenants.saveTenant(tenant, [owed])) === "lost") {
    throw new Conflict("Somebody changed the tenant just now; look again.");
  }
  return shown(tenant);
}

function shown({ tenantId, name, createdAtMs }: Tenant): TenantInfo {
  return { tenantId, name, createdAt: isoTime(createdAtMs) };
}

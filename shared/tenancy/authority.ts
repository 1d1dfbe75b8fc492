import type { Role } from "../../events/tenancy.ts";
import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { makeMemberStore } from "./member-store.ts";
import { makeTenantStore } from "./tenant-store.ts";

/** What a person is in a tenant. */
export interface Authority {
  name: string;
  role: Role;
  /** null = every project; an owner's always. */
  projects: readonly string[] | null;
}

/** Reads what a person is in a tenant; undefined = no member. */
export type ReadAuthority = (tenantId: string, personId: string) => Promise<Authority | undefined>;

export function makeReadAuthority(table: TenantTable): ReadAuthority {
  const tenants = makeTenantStore(table);
  const members = makeMemberStore(table);
  return async (tenantId, personId) => {
    const [tenant, member] = await Promise.all([
      tenants.findTenant(tenantId),
      members.find(tenantId, personId),
    ]);
    if (!tenant || !member) return undefined;
    const isOwner = tenant.owners.includes(personId);
    return {
      name: member.name,
      role: isOwner ? "owner" : member.baseRole,
      projects: isOwner ? null : member.projects,
    };
  };
}

/** The same, remembered for `keptMs`: a change is in force everywhere within that time. */
export function rememberAuthority(
  read: ReadAuthority,
  { keptMs, size = 1_000, now }: { keptMs: number; size?: number; now: () => number },
): ReadAuthority {
  const held = new Map<string, { authority: Authority | undefined; readAtMs: number }>();
  return async (tenantId, personId) => {
    const key = `${tenantId} ${personId}`;
    const known = held.get(key);
    if (known && now() - known.readAtMs < keptMs) return known.authority;
    const readAtMs = now();
    const authority = await read(tenantId, personId);
    held.delete(key);
    held.set(key, { authority, readAtMs });
    const [oldest] = held.keys();
    if (held.size > size && oldest !== undefined) held.delete(oldest);
    return authority;
  };
}

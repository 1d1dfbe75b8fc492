import { z } from "zod";
import type { Envelope } from "../../events/envelope.ts";
import type { Role } from "../../events/tenancy.ts";
import type { Page, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { Projects, Role as RoleSchema } from "./schemas.ts";

export const StoredMember = z.object({
  personId: z.string(),
  email: z.string().nullable(),
  name: z.string(),
  /** What the person is when it is no owner; who is one stands on the tenant. */
  baseRole: RoleSchema.exclude(["owner"]),
  projects: Projects,
  joinedAtMs: z.int(),
  /** Kept for a while after the person is removed, with what that owes. */
  removedAtMs: z.int().nullable(),
  version: z.int(),
});
export type StoredMember = z.infer<typeof StoredMember>;

/** What a person with the role is when it is no owner: of an owner, the least. */
export function baseRoleOf(role: Role): StoredMember["baseRole"] {
  return role === "owner" ? "viewer" : role;
}

/** How the audit names a member. */
export function memberResource({ personId, name }: Pick<StoredMember, "personId" | "name">) {
  return { type: "member", id: personId, name };
}

const memberKey = (personId: string) => ({ pk: "MEMBERS", sk: personId });
const removedKeptMs = 7 * 24 * 3_600_000;

/** Who belongs to a tenant. */
export function makeMemberStore(table: TenantTable) {
  const read = async (tenantId: string, personId: string): Promise<StoredMember | undefined> => {
    const item = await table.get(tenantId, memberKey(personId));
    return item && StoredMember.parse(item);
  };
  /** Saves the member at its next version, with what it owes; "lost" = somebody changed it meanwhile. */
  const save = (tenantId: string, member: StoredMember, events: readonly Envelope[]): Promise<Saved> => {
    const { version, removedAtMs } = member;
    const expiresAt = removedAtMs === null ? undefined : Math.ceil((removedAtMs + removedKeptMs) / 1000);
    const item = { ...memberKey(member.personId), ...member, version: version + 1, expiresAt };
    return table.save(tenantId, item, events, { version });
  };

  return {
    save,

    async find(tenantId: string, personId: string): Promise<StoredMember | undefined> {
      const member = await read(tenantId, personId);
      return member?.removedAtMs === null ? member : undefined;
    },

    async list(tenantId: string, limit: number, cursor?: string): Promise<Page<StoredMember>> {
      const page = await table.query(tenantId, { pk: "MEMBERS", limit, cursor, consistent: true });
      const members = page.items.map((item) => StoredMember.parse(item));
      return { items: members.filter(({ removedAtMs }) => removedAtMs === null), cursor: page.cursor };
    },

    /** With what that owes; "lost" = the person is one already. */
    async add(
      tenantId: string,
      member: Omit<StoredMember, "version" | "removedAtMs">,
      events: readonly Envelope[],
    ): Promise<Saved> {
      const fresh = { ...member, removedAtMs: null, version: 1 };
      const item = { ...memberKey(member.personId), ...fresh };
      if ((await table.save(tenantId, item, events, { absent: true })) === "saved") return "saved";
      const former = await read(tenantId, member.personId);
      if (!former || former.removedAtMs === null) return "lost";
      return save(tenantId, { ...fresh, version: former.version }, events);
    },

    settle: (tenantId: string, personId: string, events: readonly Envelope[]) =>
      table.settle(tenantId, memberKey(personId), events),
  };
}
export type MemberStore = ReturnType<typeof makeMemberStore>;

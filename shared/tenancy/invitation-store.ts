import { z } from "zod";
import type { Envelope } from "../../events/envelope.ts";
import { Actor } from "../../events/envelope.ts";
import type { Page, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { hashFits, mintCredential, parseCredential } from "./credential.ts";
import { platformTenant } from "./platform-tenant.ts";
import { Projects, Role } from "./schemas.ts";

export const StoredInvitation = z.object({
  invitationId: z.string(),
  tenantId: z.string(),
  email: z.string(),
  role: Role,
  projects: Projects,
  /** `expired` is not stored; it follows from the time. */
  state: z.enum(["open", "accepted", "withdrawn"]),
  invitedBy: Actor,
  createdAtMs: z.int(),
  expiresAtMs: z.int(),
  version: z.int(),
});
export type StoredInvitation = z.infer<typeof StoredInvitation>;

const Pointer = z.object({ tenantId: z.string(), invitationId: z.string(), hash: z.string().optional() });

const invitationKey = (invitationId: string) => ({ pk: "INVITATIONS", sk: invitationId });
const tokenKey = (credentialId: string) => ({ pk: `INVITE#${credentialId}`, sk: "INVITE" });
const emailKey = (email: string, tenantId: string) => ({ pk: `INVITED#${email}`, sk: tenantId });
const ttl = (ms: number) => ({ expiresAt: Math.ceil(ms / 1000) });
/** What became of an invitation can be looked up for so long after its end. */
const keptMs = 90 * 24 * 3_600_000;

/** Invitations: found in their tenant, by the e-mail address they were sent to, and by the link's token. */
export function makeInvitationStore(table: TenantTable) {
  const find = async (tenantId: string, invitationId: string): Promise<StoredInvitation | undefined> => {
    const item = await table.get(tenantId, invitationKey(invitationId));
    return item && StoredInvitation.parse(item);
  };

  return {
    find,

    /** Keeps the invitation and returns the token of its link; that cannot be had again. */
    async create(invitation: StoredInvitation, events: readonly Envelope[]): Promise<string> {
      const { tenantId, invitationId, email, expiresAtMs } = invitation;
      const { id, hash, text } = mintCredential("invite");
      const pointer = { tenantId, invitationId, ...ttl(expiresAtMs) };
      await table.put(platformTenant, { ...tokenKey(id), ...pointer, hash });
      await table.put(platformTenant, { ...emailKey(email, tenantId), ...pointer });
      await table.save(
        tenantId,
        { ...invitationKey(invitationId), ...invitation, ...ttl(expiresAtMs + keptMs) },
        events,
        { absent: true },
      );
      return text;
    },

    /** Saves the invitation at its next version, with what it owes; "lost" = somebody changed it meanwhile. */
    async save(invitation: StoredInvitation, events: readonly Envelope[] = []): Promise<Saved> {
      const { tenantId, version } = invitation;
      const item = { ...invitationKey(invitation.invitationId), ...invitation, version: version + 1 };
      return table.change(tenantId, item, events, { version });
    },

    settle: ({ tenantId, invitationId }: StoredInvitation, events: readonly Envelope[]) =>
      table.settle(tenantId, invitationKey(invitationId), events),

    /** Newest first. */
    async list(tenantId: string, limit: number, cursor?: string): Promise<Page<StoredInvitation>> {
      const page = await table.query(tenantId, { pk: "INVITATIONS", newestFirst: true, limit, cursor });
      return { items: page.items.map((item) => StoredInvitation.parse(item)), cursor: page.cursor };
    },

    /** Those that the address may accept now, one a tenant at most. */
    async openFor(email: string, nowMs: number): Promise<StoredInvitation[]> {
      const open: StoredInvitation[] = [];
      for await (const item of table.queryAll(platformTenant, { pk: `INVITED#${email}`, consistent: true })) {
        const { tenantId, invitationId } = Pointer.parse(item);
        const invitation = await find(tenantId, invitationId);
        if (invitation && isOpen(invitation, nowMs)) open.push(invitation);
      }
      return open;
    },

    /** The invitation whose link has this token, as long as it can be accepted. */
    async findByToken(token: string, nowMs: number): Promise<StoredInvitation | undefined> {
      const given = parseCredential(token);
      if (given?.kind !== "invite") return undefined;
      const pointer = Pointer.safeParse(await table.get(platformTenant, tokenKey(given.id))).data;
      if (!hashFits(given.hash, pointer?.hash) || !pointer) return undefined;
      const invitation = await find(pointer.tenantId, pointer.invitationId);
      return invitation && isOpen(invitation, nowMs) ? invitation : undefined;
    },
  };
}
export type InvitationStore = ReturnType<typeof makeInvitationStore>;

export function isOpen({ state, expiresAtMs }: StoredInvitation, nowMs: number): boolean {
  return state === "open" && nowMs < expiresAtMs;
}

import { audited } from "../audit/index.ts";
import type { Saved } from "../platform/aws/tenant-table.ts";
import { envelop } from "../platform/bus/envelop.ts";
import type { Publish } from "../platform/bus/publish.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict, Forbidden, LimitExceeded, NotFound } from "../platform/errors.ts";
import { derivedId, newId } from "../platform/ids.ts";
import { refuseNarrowedKey } from "../platform/labels/project.ts";
import { type InvitationStore, isOpen, type StoredInvitation } from "./invitation-store.ts";
import type { MemberStore } from "./member-store.ts";
import { requireNarrowable } from "./narrowing.ts";
import type { PersonStore } from "./person-store.ts";
import type { ProjectStore } from "./project-store.ts";
import { requireProjects } from "./projects.ts";
import type { Invitation, InvitationInput, InvitationList, InvitationMade, PeopleQuery } from "./schemas.ts";
import type { TenantStore } from "./tenant-store.ts";

export interface InviteDeps {
  invitations: InvitationStore;
  members: MemberStore;
  persons: PersonStore;
  tenants: TenantStore;
  projects: ProjectStore;
  publish: Publish;
  /** `https://…`, without a slash at the end. */
  dashboardUrl: string;
  /** Gives the person an account at the provider and mails them; false where there is none to give. */
  openAccount(email: string): Promise<boolean>;
}

const lifetimeMs = 7 * 24 * 3_600_000;
/** What one tenant may send out in its name. */
const mostOpen = 100;

/**
 * Asks somebody to join. The link is shown once, works once, and ends after a week; an earlier invitation to
 * the same address in this tenant is withdrawn. Throws Forbidden where one who is no owner invites an owner, and
 * Conflict for an address that is a member's.
 */
export async function inviteMember(
  ctx: Ctx,
  input: InvitationInput,
  deps: InviteDeps,
): Promise<InvitationMade> {
  const { tenantId, nowMs } = ctx;
  const { email, role, projects } = input;
  await mayInvite(ctx, input, deps);
  const open = (await deps.invitations.list(tenantId, mostOpen)).items.filter((one) => isOpen(one, nowMs));
  if (open.length >= mostOpen) {
    throw new LimitExceeded(`${mostOpen} invitations are open; withdraw one, or wait for answers.`, 3_600);
  }
  for (const earlier of open.filter((one) => one.email === email)) {
    await withdraw(ctx, earlier, "The address was invited again.", deps);
  }
  const invitation: StoredInvitation = {
    invitationId: newId("invitation"),
    tenantId,
    email,
    role,
    projects,
    state: "open",
    invitedBy: ctx.actor,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + lifetimeMs,
    version: 1,
  };
  const events = [
    envelop(ctx, "tenancy", {
      id: derivedId("event", invitation.invitationId, "invited"),
      type: "member.invited.v1",
      data: {
        invitationId: invitation.invitationId,
        role,
        projects,
        expiresAt: isoTime(invitation.expiresAtMs),
      },
    }),
    audited(ctx, { did: "created", resource: resourceOf(invitation), after: factsOf(invitation) }),
  ];
  const token = await deps.invitations.create(invitation, events);
  const mailed = await deps.openAccount(email);
  await deps.publish(events);
  await deps.invitations.settle(invitation, events);
  return {
    invitation: shown(invitation, nowMs),
    url: `${deps.dashboardUrl}/session/sign-in?invitation=${token}`,
    mailed,
  };
}

/** Nobody joins by it any more. Another tenant's is NotFound, one that was answered is a Conflict. */
export async function withdrawInvitation(
  ctx: Ctx,
  invitationId: string,
  deps: Pick<InviteDeps, "invitations">,
): Promise<void> {
  refuseNarrowedKey(ctx);
  const { tenantId } = ctx;
  const invitation = await deps.invitations.find(tenantId, invitationId);
  if (!invitation) throw new NotFound("invitation", invitationId);
  if (invitation.state === "withdrawn") return;
  const saved = invitation.state === "open" ? await withdraw(ctx, invitation, undefined, deps) : "lost";
  if (saved === "lost") throw new Conflict("The invitation was accepted; remove the member instead.");
}

function withdraw(
  ctx: Ctx,
  invitation: StoredInvitation,
  why: string | undefined,
  { invitations }: Pick<InviteDeps, "invitations">,
): Promise<Saved> {
  const after: StoredInvitation = { ...invitation, state: "withdrawn" };
  const change = { before: factsOf(invitation), after: factsOf(after), why };
  return invitations.save(after, [
    audited(ctx, { did: "withdrawn", resource: resourceOf(invitation), ...change }),
  ]);
}

const resourceOf = ({ invitationId }: StoredInvitation) => ({ type: "invitation", id: invitationId });

/** Without the address: it lies with the invitation, and the audit is kept for years. */
const factsOf = ({ role, projects, state }: StoredInvitation) => ({ role, projects, state });

/** Newest first. */
export async function listInvitations(
  { tenantId, nowMs }: Ctx,
  { limit, cursor }: PeopleQuery,
  { invitations }: Pick<InviteDeps, "invitations">,
): Promise<InvitationList> {
  const page = await invitations.list(tenantId, limit, cursor);
  return { items: page.items.map((one) => shown(one, nowMs)), cursor: page.cursor ?? null };
}

async function mayInvite(ctx: Ctx, { email, role, projects }: InvitationInput, deps: InviteDeps) {
  const { tenantId, actor } = ctx;
  refuseNarrowedKey(ctx);
  requireNarrowable(role, projects);
  if (role === "owner") {
    const { owners } = await deps.tenants.getTenant(tenantId);
    if (actor.kind !== "person" || !owners.includes(actor.id)) {
      throw new Forbidden("Only an owner makes somebody an owner.");
    }
  }
  if (projects) await requireProjects(tenantId, projects, deps);
  const person = await deps.persons.findByEmail(email);
  if (person && (await deps.members.find(tenantId, person.personId))) {
    throw new Conflict(`${email} is a member already; change the role instead.`, "email");
  }
}

function shown(invitation: StoredInvitation, nowMs: number): Invitation {
  const { invitationId, email, role, projects, state, invitedBy, createdAtMs, expiresAtMs } = invitation;
  return {
    invitationId,
    email,
    role,
    projects,
    state: state === "open" && nowMs >= expiresAtMs ? "expired" : state,
    invitedBy,
    createdAt: isoTime(createdAtMs),
    expiresAt: isoTime(expiresAtMs),
  };
}

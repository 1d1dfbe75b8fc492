import type { Envelope } from "../../events/envelope.ts";
import type { Role } from "../../events/tenancy.ts";
import { audited } from "../audit/index.ts";
import { envelop } from "../platform/bus/envelop.ts";
import type { Publish } from "../platform/bus/publish.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict, Forbidden, NotFound } from "../platform/errors.ts";
import { derivedId } from "../platform/ids.ts";
import { refuseNarrowedKey } from "../platform/labels/project.ts";
import { baseRoleOf, type MemberStore, memberResource, type StoredMember } from "./member-store.ts";
import { isNarrowable, requireNarrowable } from "./narrowing.ts";
import type { ProjectStore } from "./project-store.ts";
import { requireProjects } from "./projects.ts";
import type { Member, MemberChange, MemberList, PeopleQuery } from "./schemas.ts";
import type { Tenant, TenantStore } from "./tenant-store.ts";

export interface MemberDeps {
  members: MemberStore;
  tenants: TenantStore;
  projects: ProjectStore;
  publish: Publish;
}

const changedMeanwhile = () => new Conflict("Somebody changed this member just now; look again.");

/** Everybody in the tenant, in the order of their ids. */
export async function listMembers(
  { tenantId }: Ctx,
  { limit, cursor }: PeopleQuery,
  { members, tenants }: Pick<MemberDeps, "members" | "tenants">,
): Promise<MemberList> {
  const [page, tenant] = await Promise.all([
    members.list(tenantId, limit, cursor),
    tenants.getTenant(tenantId),
  ]);
  return { items: page.items.map((member) => shown(member, tenant)), cursor: page.cursor ?? null };
}

/**
 * Gives a member another role or other projects; in force everywhere within half a minute, and open streams are
 * cut at once. Throws NotFound for no member of the tenant, Forbidden where one who is no owner makes or unmakes
 * an owner, Conflict for the last owner.
 */
export async function changeMember(
  ctx: Ctx,
  personId: string,
  change: MemberChange,
  deps: MemberDeps,
): Promise<Member> {
  refuseNarrowedKey(ctx);
  const { tenantId } = ctx;
  const { tenant, member } = await load(tenantId, personId, deps);
  const before = shown(member, tenant);
  const role = change.role ?? before.role;
  const kept = isNarrowable(role) ? before.projects : null;
  const projects = change.projects === undefined ? kept : change.projects;
  requireNarrowable(role, projects);
  mayTouchOwners(ctx, tenant, before.role, role);
  if (change.projects) await requireProjects(tenantId, change.projects, deps);
  if (role === before.role && sameProjects(projects, before.projects)) return before;

  const next: StoredMember = { ...member, baseRole: baseRoleOf(role), projects };
  const events = [
    envelop(ctx, "tenancy", {
      id: derivedId("event", personId, tenantId, member.version, tenant.version, "changed"),
      type: "member.role-changed.v1",
      data: { personId, role, projects, previousRole: before.role, previousProjects: before.projects },
    }),
    audited(ctx, {
      did: "changed",
      resource: memberResource(member),
      before: { role: before.role, projects: before.projects },
      after: { role, projects },
    }),
  ];
  await saveBoth({ tenant, member, next, owner: role === "owner", events }, deps);
  return { ...before, role, projects };
}

/**
 * From then on the person sees nothing of the tenant, on open streams too. Throws as changeMember does. Doing it
 * again is NotFound.
 */
export async function removeMember(ctx: Ctx, personId: string, deps: MemberDeps): Promise<void> {
  refuseNarrowedKey(ctx);
  const { tenant, member } = await load(ctx.tenantId, personId, deps);
  const { role, projects } = shown(member, tenant);
  mayTouchOwners(ctx, tenant, role, undefined);
  const events = [
    envelop(ctx, "tenancy", {
      id: derivedId("event", personId, ctx.tenantId, member.version, tenant.version, "removed"),
      type: "member.removed.v1",
      data: { personId, previousRole: role },
    }),
    audited(ctx, { did: "removed", resource: memberResource(member), before: { role, projects } }),
  ];
  await saveBoth({ tenant, member, next: { ...member, removedAtMs: ctx.nowMs }, owner: false, events }, deps);
}

async function load(tenantId: string, personId: string, { members, tenants }: MemberDeps) {
  const [tenant, member] = await Promise.all([tenants.getTenant(tenantId), members.find(tenantId, personId)]);
  if (!member) throw new NotFound("member", personId);
  return { tenant, member };
}

/** Only owners make and unmake owners, and never the last one; an API key is none. */
function mayTouchOwners(ctx: Ctx, tenant: Tenant, from: Role, to: Role | undefined): void {
  if (from !== "owner" && to !== "owner") return;
  const asksAsOwner = ctx.actor.kind === "person" && tenant.owners.includes(ctx.actor.id);
  if (!asksAsOwner) throw new Forbidden("Only an owner makes somebody an owner, or changes one.");
  if (from === "owner" && to !== "owner" && tenant.owners.length === 1) {
    throw new Conflict("This is the tenant's last owner; make somebody else an owner first.");
  }
}

interface Change {
  tenant: Tenant;
  member: StoredMember;
  next: StoredMember;
  owner: boolean;
  events: readonly Envelope[];
}

/**
 * The tenant says who is an owner, the member all else. A process that dies between the two writes leaves the
 * person less than was meant and never more, as an owner's own record says viewer.
 */
async function saveBoth(change: Change, { members, tenants, publish }: MemberDeps): Promise<void> {
  const { tenant, member, next, owner, events } = change;
  const { tenantId, owners } = tenant;
  const { personId } = member;
  const isOwner = owners.includes(personId);
  if (isOwner && !owner) {
    const others = owners.filter((id) => id !== personId);
    if ((await tenants.saveTenant({ ...tenant, owners: others })) === "lost") throw changedMeanwhile();
  }
  if ((await members.save(tenantId, next, events)) === "lost") throw changedMeanwhile();
  if (!isOwner && owner) {
    const more = [...owners, personId];
    if ((await tenants.saveTenant({ ...tenant, owners: more })) === "lost") throw changedMeanwhile();
  }
  await publish(events);
  await members.settle(tenantId, personId, events);
}

function shown(member: StoredMember, { owners }: Tenant): Member {
  const { personId, email, name, baseRole, projects, joinedAtMs } = member;
  const isOwner = owners.includes(personId);
  return {
    personId,
    email,
    name,
    role: isOwner ? "owner" : baseRole,
    projects: isOwner ? null : projects,
    joinedAt: isoTime(joinedAtMs),
  };
}

function sameProjects(one: readonly string[] | null, other: readonly string[] | null): boolean {
  return JSON.stringify(one && [...one].sort()) === JSON.stringify(other && [...other].sort());
}

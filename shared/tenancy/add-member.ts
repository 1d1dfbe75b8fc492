import type { Envelope } from "../../events/envelope.ts";
import type { Role } from "../../events/tenancy.ts";
import type { Publish } from "../platform/bus/publish.ts";
import { Unavailable } from "../platform/errors.ts";
import { baseRoleOf, type MemberStore } from "./member-store.ts";
import { isNarrowable } from "./narrowing.ts";
import type { Person, PersonStore } from "./person-store.ts";
import type { TenantStore } from "./tenant-store.ts";

export interface AddMemberDeps {
  persons: PersonStore;
  members: MemberStore;
  tenants: TenantStore;
  publish: Publish;
}

export interface NewMember {
  tenantId: string;
  person: Person;
  role: Role;
  projects: readonly string[] | null;
  /** What joining owes. */
  events: readonly Envelope[];
  nowMs: number;
}

const maxTries = 5;

/** Makes a person a member of a tenant; one who is a member already stays what it is. */
export async function addMember(joining: NewMember, deps: AddMemberDeps): Promise<void> {
  const { tenantId, person, role, events, nowMs } = joining;
  const { personId, email, name } = person;
  const { persons, members, publish } = deps;
  await persons.addTenant(personId, tenantId);
  const member = {
    personId,
    email,
    name,
    baseRole: baseRoleOf(role),
    projects: joining.projects && isNarrowable(role) ? [...joining.projects] : null,
    joinedAtMs: nowMs,
  };
  if ((await members.add(tenantId, member, events)) === "lost") return;
  if (role === "owner") await addOwner(tenantId, personId, deps);
  await publish(events);
  await members.settle(tenantId, personId, events);
}

/** Doing it again does nothing. */
export async function addOwner(
  tenantId: string,
  personId: string,
  { tenants }: { tenants: TenantStore },
): Promise<void> {
  for (let tries = 0; tries < maxTries; tries++) {
    const tenant = await tenants.getTenant(tenantId);
    if (tenant.owners.includes(personId)) return;
    const owners = [...tenant.owners, personId];
    if ((await tenants.saveTenant({ ...tenant, owners })) === "saved") return;
  }
  throw new Unavailable("The tenant is being changed by others; try again shortly.", 1);
}

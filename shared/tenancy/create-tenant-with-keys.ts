import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { addMember } from "./add-member.ts";
import { makeReadAuthority } from "./authority.ts";
import { makeMemberStore } from "./member-store.ts";
import { makePersonStore, type Person } from "./person-store.ts";
import { Scope } from "./schemas.ts";
import { makeSignInLinkStore } from "./sign-in-link-store.ts";
import { makeTenantStore, type NewKey } from "./tenant-store.ts";

/** Long enough to mail the link, short enough that a forgotten one is worth nothing. */
const firstSignInMs = 24 * 3_600_000;

/**
 * A new tenant, an API key that may only send telemetry, one that may do everything, and a link's token that
 * signs its owner in once within a day. The texts cannot be had again. With an e-mail address the owner can
 * sign in at the provider too, as the person whose verified address that is.
 */
export async function createTenantWithKeys(input: {
  table: TenantTable;
  name: string;
  ownerEmail: string | null;
  nowMs: number;
}): Promise<{ tenantId: string; ingestKey: string; adminKey: string; signInToken: string }> {
  const { table, name, ownerEmail, nowMs } = input;
  const { tenantId } = await makeTenantStore(table).createTenant({ name, nowMs });
  const { personId } = await ensureOwner({ table, tenantId, email: ownerEmail, nowMs });
  const signInToken = await makeSignInLinkStore(table).issue(
    { personId, tenantId },
    { reusable: false, lifetimeMs: firstSignInMs, nowMs },
  );
  return { tenantId, ...(await createKeys({ table, tenantId, environment: "live", nowMs })), signInToken };
}

/** A link's token that signs a member in once within a day; undefined where nobody has the address. */
export async function issueRescueLink(input: {
  table: TenantTable;
  email: string;
  nowMs: number;
}): Promise<string | undefined> {
  const { table, email, nowMs } = input;
  const person = await makePersonStore(table).findByEmail(email);
  const readAuthority = makeReadAuthority(table);
  for (const tenantId of person?.tenantIds ?? []) {
    if (!person || !(await readAuthority(tenantId, person.personId))) continue;
    const target = { personId: person.personId, tenantId };
    return makeSignInLinkStore(table).issue(target, { reusable: false, lifetimeMs: firstSignInMs, nowMs });
  }
  return undefined;
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

/** The person with that e-mail address, or a new one, as the tenant's owner. */
export async function ensureOwner(input: {
  table: TenantTable;
  tenantId: string;
  email: string | null;
  nowMs: number;
}): Promise<Person> {
  const { table, tenantId, email, nowMs } = input;
  const persons = makePersonStore(table);
  const stores = { persons, members: makeMemberStore(table), tenants: makeTenantStore(table) };
  const known = email === null ? undefined : await persons.findByEmail(email);
  const person = known ?? (await persons.create({ email, name: "Administrator", nowMs }));
  await addMember(
    { tenantId, person, role: "owner", projects: null, events: [], nowMs },
    { ...stores, publish: async () => undefined },
  );
  return person;
}

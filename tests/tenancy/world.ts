import type { Envelope } from "../../events/envelope.ts";
import type { Role } from "../../events/tenancy.ts";
import type { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { addMember } from "../../shared/tenancy/add-member.ts";
import type { Person } from "../../shared/tenancy/person-store.ts";
import { makeSessionStore } from "../../shared/tenancy/session-store.ts";
import { startSession } from "../../shared/tenancy/start-session.ts";
import { makeTenancyStores } from "../../shared/tenancy/stores.ts";
import { aLog } from "../platform/builders.ts";

interface MemberInput {
  role?: Role;
  projects?: string[] | null;
  email?: string;
  name?: string;
  /** Somebody who belongs elsewhere too. */
  person?: Person;
}

/** Tenants and people on a table, with what was published. */
export function makePeopleWorld(table: TenantTable, now: () => number) {
  const published: Envelope[] = [];
  const publish = async (events: readonly Envelope[]) => void published.push(...events);
  const sessions = makeSessionStore(table.telling({ publish, log: aLog() }));
  const stores = { ...makeTenancyStores(table), sessions };
  let people = 0;

  const aTenant = async (name = "Acme") =>
    (await stores.tenants.createTenant({ name, nowMs: now() })).tenantId;
  const aMember = async (tenantId: string, input: MemberInput = {}): Promise<Person> => {
    people += 1;
    const { role = "viewer", projects = null, email = `person${people}@example.com` } = input;
    const person =
      input.person ??
      (await stores.persons.create({ email, name: input.name ?? `Person ${people}`, nowMs: now() }));
    await addMember({ tenantId, person, role, projects, events: [], nowMs: now() }, { ...stores, publish });
    return person;
  };

  return {
    stores,
    published,
    publish,
    deps: {
      ...stores,
      publish,
      dashboardUrl: "https://so.example",
      openAccount: async (_email: string) => false,
    },
    aTenant,
    aMember,
    /** What the door hands to a verb for this person. */
    ctxOf: (tenantId: string, { personId, name }: Person, more: Partial<Ctx> = {}): Ctx => ({
      tenantId,
      actor: { kind: "person", id: personId, name },
      traceId: "trace",
      causationId: null,
      nowMs: now(),
      ...more,
    }),
    aSession: (tenantId: string, { personId, name: personName }: Person) =>
      startSession(
        {
          personId,
          personName,
          tenantId,
          userAgent: "Test/1",
          address: "127.0.0.1",
          traceId: "trace",
          nowMs: now(),
        },
        stores.sessions,
      ),
  };
}
export type PeopleWorld = ReturnType<typeof makePeopleWorld>;

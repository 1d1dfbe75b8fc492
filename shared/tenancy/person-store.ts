import { createHash } from "node:crypto";
import { z } from "zod";
import type { Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { Unavailable } from "../platform/errors.ts";
import { newId } from "../platform/ids.ts";
import { platformTenant } from "./platform-tenant.ts";

export const Person = z.object({
  personId: z.string(),
  /** Lower case; null: signs in by a link alone. */
  email: z.string().nullable(),
  name: z.string(),
  /** Every tenant the person is a member of, and perhaps some it left. */
  tenantIds: z.array(z.string()),
  /** The sign-in providers that know the person; of each one account alone. */
  issuers: z.array(z.string()),
  createdAtMs: z.int(),
  version: z.int(),
});
export type Person = z.infer<typeof Person>;

const Pointer = z.object({ personId: z.string() });

/** An account at a provider: who vouches, and for whom. */
export interface Identity {
  issuer: string;
  subject: string;
}

const personKey = (personId: string) => ({ pk: `PERSON#${personId}`, sk: "PERSON" });
const emailKey = (email: string) => ({ pk: `EMAIL#${email.toLowerCase()}`, sk: "EMAIL" });
const identityKey = ({ issuer, subject }: Identity) => ({
  pk: `IDENTITY#${createHash("sha256")
    .update(JSON.stringify([issuer, subject]))
    .digest("hex")}`,
  sk: "IDENTITY",
});
const maxTries = 5;

/** People, across tenants: found by id, by the provider's account, by e-mail. */
export function makePersonStore(table: TenantTable) {
  const find = async (personId: string): Promise<Person | undefined> => {
    const item = await table.get(platformTenant, personKey(personId));
    return item && Person.parse(item);
  };
  const pointedAt = async (key: { pk: string; sk: string }) => {
    const pointer = Pointer.safeParse(await table.get(platformTenant, key)).data;
    return pointer && find(pointer.personId);
  };
  const save = (person: Person): Promise<Saved> => {
    const { version } = person;
    const item = { ...personKey(person.personId), ...person, version: version + 1 };
    return table.save(platformTenant, item, [], { version });
  };

  return {
    find,
    findByIdentity: (identity: Identity) => pointedAt(identityKey(identity)),
    findByEmail: (email: string) => pointedAt(emailKey(email)),

    /** A new person. From now on the e-mail address leads to this one. */
    async create(input: { email: string | null; name: string; nowMs: number }): Promise<Person> {
      const person: Person = {
        personId: newId("person"),
        email: input.email?.toLowerCase() ?? null,
        name: input.name,
        tenantIds: [],
        issuers: [],
        createdAtMs: input.nowMs,
        version: 1,
      };
      await table.put(platformTenant, { ...personKey(person.personId), ...person }, { absent: true });
      if (person.email !== null) {
        await table.put(platformTenant, { ...emailKey(person.email), personId: person.personId });
      }
      return person;
    },

    /** From now on the provider's account leads to this person. */
    async link(person: Person, identity: Identity): Promise<void> {
      await change(person.personId, (now) => ({
        ...now,
        issuers: [...new Set([...now.issuers, identity.issuer])],
      }));
      await table.put(platformTenant, { ...identityKey(identity), personId: person.personId });
    },

    async addTenant(personId: string, tenantId: string): Promise<void> {
      await change(personId, (now) => ({ ...now, tenantIds: [...new Set([...now.tenantIds, tenantId])] }));
    },

    async rename(personId: string, name: string): Promise<void> {
      await change(personId, (now) => ({ ...now, name }));
    },
  };

  /** Reads, changes and saves until nobody came in between. */
  async function change(personId: string, next: (person: Person) => Person): Promise<void> {
    for (let tries = 0; tries < maxTries; tries++) {
      const person = await find(personId);
      if (!person || (await save(next(person))) === "saved") return;
    }
    throw new Unavailable("The person's record is being changed by others; try again shortly.", 1);
  }
}
export type PersonStore = ReturnType<typeof makePersonStore>;

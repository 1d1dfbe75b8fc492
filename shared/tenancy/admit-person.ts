import { audited } from "../audit/index.ts";
import { envelop } from "../platform/bus/envelop.ts";
import type { Publish } from "../platform/bus/publish.ts";
import { Forbidden } from "../platform/errors.ts";
import { derivedId } from "../platform/ids.ts";
import { addMember } from "./add-member.ts";
import type { ReadAuthority } from "./authority.ts";
import type { InvitationStore, StoredInvitation } from "./invitation-store.ts";
import { type MemberStore, memberResource } from "./member-store.ts";
import type { Identity, Person, PersonStore } from "./person-store.ts";
import type { Circumstances } from "./session-record.ts";
import type { TenantStore } from "./tenant-store.ts";

/** What a provider says of the person it signed in. */
export interface Claims extends Identity {
  /** Lower case; undefined where the provider does not vouch for one. */
  verifiedEmail: string | undefined;
  name: string;
}

export interface AdmitDeps {
  persons: PersonStore;
  invitations: InvitationStore;
  members: MemberStore;
  tenants: TenantStore;
  readAuthority: ReadAuthority;
  publish: Publish;
}

/**
 * Finds the person behind a provider's account, accepts what it is invited to, and tells the tenant to begin in:
 * the one just joined, or the first. Throws Forbidden for an account nobody invited.
 */
export async function admitPerson(
  claims: Claims,
  circumstances: Circumstances,
  deps: AdmitDeps,
): Promise<{ personId: string; personName: string; tenantId: string }> {
  const { verifiedEmail } = claims;
  const { nowMs } = circumstances;
  const invited = verifiedEmail ? await deps.invitations.openFor(verifiedEmail, nowMs) : [];
  const person = await findOrCreate(claims, invited.length > 0, nowMs, deps);
  for (const invitation of invited) await accept(invitation, person, circumstances, deps);
  const tenantIds = [...invited.map(({ tenantId }) => tenantId), ...person.tenantIds];
  const { personId, name: personName } = person;
  for (const tenantId of tenantIds) {
    if (await deps.readAuthority(tenantId, personId)) return { personId, personName, tenantId };
  }
  throw new Forbidden(
    "You are no member of any team here any more. Ask an administrator of yours for an invitation.",
  );
}

async function findOrCreate(
  claims: Claims,
  isInvited: boolean,
  nowMs: number,
  { persons }: AdmitDeps,
): Promise<Person> {
  const known = await persons.findByIdentity(claims);
  if (known) return known;
  const { verifiedEmail, issuer, name } = claims;
  if (!verifiedEmail) {
    throw new Forbidden(
      "Your sign-in provider does not confirm your e-mail address, so no invitation can be matched to you. Confirm it there, or ask your administrator.",
    );
  }
  const sameEmail = await persons.findByEmail(verifiedEmail);
  // An address can pass on to somebody else; a second account of one provider is never taken for the first.
  if (sameEmail && !sameEmail.issuers.includes(issuer)) {
    await persons.link(sameEmail, claims);
    return sameEmail;
  }
  if (!isInvited) {
    throw new Forbidden(
      `Nobody invited ${verifiedEmail} here, or the invitation has ended. Ask an administrator for a new one.`,
    );
  }
  const person = await persons.create({ email: verifiedEmail, name, nowMs });
  await persons.link(person, claims);
  return person;
}

/** Once: whoever closes the invitation joins by it. */
async function accept(
  invitation: StoredInvitation,
  person: Person,
  { traceId, from, nowMs }: Circumstances,
  deps: AdmitDeps,
): Promise<void> {
  if ((await deps.invitations.save({ ...invitation, state: "accepted" })) === "lost") return;
  const { tenantId, invitationId, role, projects } = invitation;
  const { personId, name } = person;
  const actor = { kind: "person" as const, id: personId, name };
  const ctx = { tenantId, actor, traceId, causationId: null, nowMs, ...(from ? { from } : {}) };
  const joined = envelop(ctx, "tenancy", {
    id: derivedId("event", invitationId, "accepted"),
    type: "member.joined.v1",
    data: { personId, role, projects, name, invitationId },
  });
  const why = `Accepted invitation ${invitationId}.`;
  const record = audited(ctx, {
    did: "joined",
    resource: memberResource(person),
    after: { role, projects },
    why,
  });
  await addMember({ tenantId, person, role, projects, events: [joined, record], nowMs }, deps);
}

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Conflict, Forbidden, Invalid, NotFound } from "../../shared/platform/errors.ts";
import { admitPerson, type Claims } from "../../shared/tenancy/admit-person.ts";
import { changeMember, listMembers, removeMember } from "../../shared/tenancy/change-member.ts";
import { inviteMember, listInvitations, withdrawInvitation } from "../../shared/tenancy/invite-member.ts";
import { createProject, listProjects, renameProject } from "../../shared/tenancy/projects.ts";
import type { Role } from "../../shared/tenancy/schemas.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { makePeopleWorld, type PeopleWorld } from "./world.ts";

const weekMs = 7 * 86_400_000;
let clock = Date.parse("2026-11-20T10:00:00Z");
const now = () => clock;
let db: TestTable;
let world: PeopleWorld;
let people = 0;
beforeAll(async () => {
  db = await startTestTable(now);
});
beforeEach(() => {
  world = makePeopleWorld(db.table, now);
});
afterAll(() => db.stop());

async function aTeam(role: Role = "viewer", projects: string[] | null = null) {
  const tenantId = await world.aTenant();
  await createProject(
    { tenantId, actor: { kind: "system", id: "test" }, traceId: "t", causationId: null, nowMs: clock },
    { projectId: "checkout", name: "Checkout" },
    world.deps,
  );
  const owner = await world.aMember(tenantId, { role: "owner" });
  const member = await world.aMember(tenantId, { role, projects });
  return { tenantId, owner, member, asOwner: world.ctxOf(tenantId, owner) };
}
const aMail = () => `new${++people}@example.com`;
const claimsOf = (verifiedEmail: string | undefined, subject = `sub-${verifiedEmail}`): Claims => ({
  issuer: "https://idp.example",
  subject,
  verifiedEmail,
  name: "Nora",
});
const arrive = (claims: Claims) => admitPerson(claims, { traceId: "t", nowMs: clock }, world.deps);

describe("members", () => {
  test("a change is told with what was before", async () => {
    const { asOwner, member } = await aTeam("viewer");

    const changed = await changeMember(
      asOwner,
      member.personId,
      { role: "responder", projects: ["checkout"] },
      world.deps,
    );

    expect(changed).toMatchObject({ role: "responder", projects: ["checkout"] });
    expect(world.published).toMatchObject([
      {
        type: "member.role-changed.v1",
        data: { role: "responder", projects: ["checkout"], previousRole: "viewer", previousProjects: null },
      },
      {
        type: "audit.recorded.v1",
        data: {
          action: "member.changed",
          resource: { type: "member", id: member.personId },
          before: { role: "viewer", projects: null },
          after: { role: "responder", projects: ["checkout"] },
        },
      },
    ]);
  });

  test.each<[Role, Role]>([
    ["admin", "owner"],
    ["owner", "admin"],
  ])("one who is no owner cannot make %s of %s", async (from, to) => {
    const { tenantId, member } = await aTeam(from);
    const admin = await world.aMember(tenantId, { role: "admin" });

    const change = changeMember(world.ctxOf(tenantId, admin), member.personId, { role: to }, world.deps);

    await expect(change).rejects.toBeInstanceOf(Forbidden);
  });

  test("the last owner stays, whatever is tried", async () => {
    const { asOwner, owner } = await aTeam();

    await expect(changeMember(asOwner, owner.personId, { role: "admin" }, world.deps)).rejects.toBeInstanceOf(
      Conflict,
    );
    await expect(removeMember(asOwner, owner.personId, world.deps)).rejects.toBeInstanceOf(Conflict);
  });

  test("two owners who unmake each other at the same moment leave one", async () => {
    const { tenantId, owner, member, asOwner } = await aTeam("owner");
    const asMember = world.ctxOf(tenantId, member);

    const outcomes = await Promise.allSettled([
      changeMember(asOwner, member.personId, { role: "viewer" }, world.deps),
      removeMember(asMember, owner.personId, world.deps),
    ]);

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await world.stores.tenants.getTenant(tenantId)).owners).toHaveLength(1);
  });

  test("an owner who becomes a viewer keeps nothing of it", async () => {
    const { tenantId, member, asOwner } = await aTeam("owner");

    await changeMember(asOwner, member.personId, { role: "viewer" }, world.deps);

    expect(await world.stores.readAuthority(tenantId, member.personId)).toMatchObject({ role: "viewer" });
  });

  test("who manages people is never narrowed to projects, and becomes whole with the role", async () => {
    const { asOwner, member } = await aTeam("responder", ["checkout"]);
    const change = (role: Role, projects?: string[]) =>
      changeMember(asOwner, member.personId, projects ? { role, projects } : { role }, world.deps);

    await expect(change("admin", ["checkout"])).rejects.toBeInstanceOf(Invalid);
    expect(await change("admin")).toMatchObject({ role: "admin", projects: null });
  });

  test("a project that is not there is refused", async () => {
    const { asOwner, member } = await aTeam();

    const change = changeMember(asOwner, member.personId, { projects: ["chekout"] }, world.deps);

    await expect(change).rejects.toThrow(/no project "chekout"/);
  });

  test("an API key that is narrowed to a project manages nobody", async () => {
    const { tenantId, member } = await aTeam();
    const ctx = { ...world.ctxOf(tenantId, member), actor: { kind: "key" as const, id: "k" } };

    const change = changeMember(
      { ...ctx, projects: ["checkout"] },
      member.personId,
      { role: "admin" },
      world.deps,
    );

    await expect(change).rejects.toBeInstanceOf(Forbidden);
  });

  test("S-01: another tenant's member, invitation or project is NotFound, and nothing changes", async () => {
    const theirs = await aTeam("viewer");
    const mine = await aTeam();
    const invited = await inviteMember(
      theirs.asOwner,
      { email: aMail(), role: "viewer", projects: null },
      world.deps,
    );
    await createProject(theirs.asOwner, { projectId: "secret", name: "Secret" }, world.deps);
    const before = await db.dump();

    for (const work of [
      () => changeMember(mine.asOwner, theirs.member.personId, { role: "admin" }, world.deps),
      () => removeMember(mine.asOwner, theirs.member.personId, world.deps),
      () => withdrawInvitation(mine.asOwner, invited.invitation.invitationId, world.deps),
      () => renameProject(mine.asOwner, "secret", { name: "Mine" }, world.deps),
    ]) {
      await expect(work()).rejects.toBeInstanceOf(NotFound);
    }
    expect(await db.dump()).toEqual(before);
  });

  test("who was removed can be invited again", async () => {
    const { tenantId, asOwner } = await aTeam();
    const email = aMail();
    const join = async () => {
      await inviteMember(asOwner, { email, role: "viewer", projects: null }, world.deps);
      return arrive(claimsOf(email));
    };
    const { personId } = await join();
    await removeMember(asOwner, personId, world.deps);
    await expect(arrive(claimsOf(email))).rejects.toBeInstanceOf(Forbidden);

    expect(await join()).toMatchObject({ personId, tenantId });
    const { items } = await listMembers(asOwner, { limit: 50 }, world.deps);
    expect(items.filter((one) => one.personId === personId)).toHaveLength(1);
  });
});

describe("invitations", () => {
  test("whoever has the verified address joins, with the role and projects, and the news is told once", async () => {
    const { tenantId, asOwner } = await aTeam();
    const email = aMail();
    await inviteMember(asOwner, { email, role: "responder", projects: ["checkout"] }, world.deps);

    const first = await arrive(claimsOf(email));
    const again = await arrive(claimsOf(email));

    expect(again).toEqual(first);
    expect(await world.stores.readAuthority(tenantId, first.personId)).toMatchObject({
      role: "responder",
      projects: ["checkout"],
      name: "Nora",
    });
    expect(world.published.map(({ type }) => type)).toEqual([
      "member.invited.v1",
      "audit.recorded.v1",
      "member.joined.v1",
      "audit.recorded.v1",
    ]);
    expect((await listInvitations(asOwner, { limit: 50 }, world.deps)).items).toMatchObject([
      { email, state: "accepted" },
    ]);
  });

  test.each<[string, () => Claims]>([
    ["an address nobody invited", () => claimsOf(aMail())],
    ["an address the provider does not vouch for", () => claimsOf(undefined, "sub-x")],
  ])("%s is let in nowhere", async (_what, claims) => {
    await expect(arrive(claims())).rejects.toBeInstanceOf(Forbidden);
  });

  test("one that is over, or was withdrawn, is worth nothing", async () => {
    const { asOwner } = await aTeam();
    const [late, back] = [aMail(), aMail()];
    const input = { role: "viewer" as const, projects: null };
    await inviteMember(asOwner, { ...input, email: late }, world.deps);
    clock += weekMs;
    await expect(arrive(claimsOf(late))).rejects.toBeInstanceOf(Forbidden);

    const { invitation } = await inviteMember(asOwner, { ...input, email: back }, world.deps);
    await withdrawInvitation(asOwner, invitation.invitationId, world.deps);
    await expect(arrive(claimsOf(back))).rejects.toBeInstanceOf(Forbidden);
    expect(
      (await listInvitations({ ...asOwner, nowMs: clock }, { limit: 50 }, world.deps)).items.map(
        ({ state }) => state,
      ),
    ).toEqual(["withdrawn", "expired"]);
  });

  test("a second one to the same address replaces the first", async () => {
    const { tenantId, asOwner } = await aTeam();
    const email = aMail();
    await inviteMember(asOwner, { email, role: "admin", projects: null }, world.deps);
    await inviteMember(asOwner, { email, role: "viewer", projects: null }, world.deps);

    const { personId } = await arrive(claimsOf(email));

    expect(await world.stores.readAuthority(tenantId, personId)).toMatchObject({ role: "viewer" });
  });

  test("only owners invite owners, and a member is not invited", async () => {
    const { tenantId, asOwner, member } = await aTeam("admin");
    const asAdmin = world.ctxOf(tenantId, member);

    await expect(
      inviteMember(asAdmin, { email: aMail(), role: "owner", projects: null }, world.deps),
    ).rejects.toBeInstanceOf(Forbidden);
    await expect(
      inviteMember(asOwner, { email: member.email ?? "", role: "viewer", projects: null }, world.deps),
    ).rejects.toBeInstanceOf(Conflict);
  });

  test("a second account of the same provider with a known address is not taken for the first", async () => {
    const { asOwner } = await aTeam();
    const email = aMail();
    await inviteMember(asOwner, { email, role: "admin", projects: null }, world.deps);
    await arrive(claimsOf(email, "sub-first"));

    await expect(arrive(claimsOf(email, "sub-second"))).rejects.toBeInstanceOf(Forbidden);
  });

  test("another provider's account with the same address is the same person", async () => {
    const { asOwner } = await aTeam();
    const email = aMail();
    await inviteMember(asOwner, { email, role: "viewer", projects: null }, world.deps);
    const first = await arrive(claimsOf(email));

    const second = await arrive({ ...claimsOf(email), issuer: "https://new-idp.example" });

    expect(second).toEqual(first);
  });
});

describe("projects", () => {
  test("the default one is always there, and can be named", async () => {
    const { asOwner } = await aTeam();
    await renameProject(asOwner, "default", { name: "Everything else" }, world.deps);

    const { items } = await listProjects(asOwner, { limit: 50 }, world.deps);

    expect(items.map(({ projectId, name }) => [projectId, name])).toEqual([
      ["default", "Everything else"],
      ["checkout", "Checkout"],
    ]);
  });

  test("who is narrowed sees those alone", async () => {
    const { asOwner } = await aTeam();

    const { items } = await listProjects({ ...asOwner, projects: ["checkout"] }, { limit: 50 }, world.deps);

    expect(items.map(({ projectId }) => projectId)).toEqual(["checkout"]);
  });

  test("one id is one project", async () => {
    const { asOwner } = await aTeam();
    for (const projectId of ["checkout", "default"]) {
      await expect(createProject(asOwner, { projectId, name: "Again" }, world.deps)).rejects.toBeInstanceOf(
        Conflict,
      );
    }
  });
});

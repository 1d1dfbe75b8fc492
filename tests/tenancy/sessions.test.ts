import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Conflict, NotFound, Unauthenticated } from "../../shared/platform/errors.ts";
import { makeAuthenticate } from "../../shared/tenancy/index.ts";
import { endAllSessions, endOwnSession, listOwnSessions } from "../../shared/tenancy/own-sessions.ts";
import { refreshSession, type Vouching } from "../../shared/tenancy/refresh-session.ts";
import { sessionCookie } from "../../shared/tenancy/session-cookie.ts";
import { makeTenancyStores } from "../../shared/tenancy/stores.ts";
import { switchSession } from "../../shared/tenancy/switch-session.ts";
import { aLog } from "../platform/builders.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { aRequest } from "./builders.ts";
import { makePeopleWorld, type PeopleWorld } from "./world.ts";

const dayMs = 86_400_000;
let clock = Date.parse("2026-11-20T10:00:00Z");
const now = () => clock;
let db: TestTable;
let world: PeopleWorld;
beforeAll(async () => {
  db = await startTestTable(now);
});
beforeEach(() => {
  world = makePeopleWorld(db.table, now);
});
afterAll(() => db.stop());

const yes: Vouching = { kind: "yes", seal: async () => null };
const refresh = (text: string, vouching: Vouching = yes) =>
  refreshSession({ text, traceId: "t", nowMs: clock }, { ...world.deps, vouch: async () => vouching });
const asks = (access: string) =>
  makeAuthenticate({ table: db.table, now })(aRequest({ cookies: { [sessionCookie]: access } }));

async function aSession() {
  const tenantId = await world.aTenant();
  const person = await world.aMember(tenantId, { role: "responder" });
  return { tenantId, person, ...(await world.aSession(tenantId, person)) };
}

describe("S-34: refreshing", () => {
  test("gives the next pair, while the credential in use goes on until its own end", async () => {
    const { access, refresh: first } = await aSession();
    clock += 10 * 60_000;

    const next = await refresh(first);

    await asks(access);
    await asks(next.access);
    clock += 5 * 60_000;
    await expect(asks(access)).rejects.toBeInstanceOf(Unauthenticated);
    await asks(next.access);
  });

  test("with a credential that was used before ends the session for whoever has it", async () => {
    const { refresh: stolen } = await aSession();
    clock += 60_000;
    const next = await refresh(stolen);
    clock += 60_000;

    await expect(refresh(stolen)).rejects.toBeInstanceOf(Unauthenticated);

    await expect(asks(next.access)).rejects.toBeInstanceOf(Unauthenticated);
    await expect(refresh(next.refresh)).rejects.toBeInstanceOf(Unauthenticated);
    expect(world.published.at(-1)).toMatchObject({
      type: "session.ended.v1",
      data: { reason: "token-reused" },
    });
  });

  test("twice at the same moment serves one, and the session goes on", async () => {
    const { refresh: text } = await aSession();

    const outcomes = await Promise.allSettled([refresh(text), refresh(text), refresh(text)]);

    const served = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    expect(served).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(Conflict);
    }
    await asks(served[0]?.access ?? "");
  });

  test("when the provider stands by the person no more ends the session", async () => {
    const { access, refresh: text } = await aSession();

    await expect(refresh(text, { kind: "refused" })).rejects.toBeInstanceOf(Unauthenticated);

    await expect(asks(access)).rejects.toBeInstanceOf(Unauthenticated);
  });

  test("goes on for a week at most, and not after half a day of silence", async () => {
    let { refresh: text } = await aSession();
    for (let halfDays = 0; halfDays < 13; halfDays++) {
      clock += dayMs / 2 - 1000;
      text = (await refresh(text)).refresh;
    }
    clock += dayMs / 2;
    await expect(refresh(text)).rejects.toBeInstanceOf(Unauthenticated);

    const { refresh: silent } = await aSession();
    clock += dayMs / 2;
    await expect(refresh(silent)).rejects.toBeInstanceOf(Unauthenticated);
  });

  test.each(["", "nonsense", "so_refresh_aaaaaaaaaaaa_bbbb"])("with %j is refused", async (text) => {
    await expect(refresh(text)).rejects.toBeInstanceOf(Unauthenticated);
  });

  test("a session's own credential does not prolong it", async () => {
    const { access } = await aSession();

    await expect(refresh(access)).rejects.toBeInstanceOf(Unauthenticated);
  });
});

describe("a person's sessions", () => {
  test("are listed for that person, and ended by nobody else", async () => {
    const { tenantId, person, access } = await aSession();
    const stranger = await world.aMember(tenantId, { role: "owner" });
    const currentId = /^so_session_([^_]+)/.exec(access)?.[1] ?? "";

    const mine = await listOwnSessions(
      world.ctxOf(tenantId, person),
      { limit: 50 },
      { sessions: world.stores.sessions, currentId },
    );

    expect(mine.items).toMatchObject([{ sessionId: currentId, current: true, userAgent: "Test/1" }]);
    await expect(
      endOwnSession(world.ctxOf(tenantId, stranger), currentId, world.deps),
    ).rejects.toBeInstanceOf(NotFound);
    await asks(access);
  });

  test("S-34: all end at once, the one that asks last, though nobody can be told of it", async () => {
    const { tenantId, person, access } = await aSession();
    const other = await world.aSession(tenantId, person);
    const refusing = { publish: () => Promise.reject(new Error("the bus is away")), log: aLog() };
    const { sessions } = makeTenancyStores(db.table.telling(refusing));
    const { items } = await sessions.listOf(person.personId, 10);
    const [asking] = items;
    const ended: string[] = [];
    const noting = {
      ...sessions,
      save: (...args: Parameters<typeof sessions.save>) => {
        ended.push(args[0].sessionId);
        return sessions.save(...args);
      },
    };

    await endAllSessions(world.ctxOf(tenantId, person), asking?.sessionId ?? "", { sessions: noting });

    expect(ended).toHaveLength(2);
    expect(ended.at(-1)).toBe(asking?.sessionId);
    for (const text of [access, other.access]) {
      await expect(asks(text)).rejects.toBeInstanceOf(Unauthenticated);
    }
    const owed = await db.table.owed(clock + 3_600_000, 100);
    expect(owed.flatMap(({ events }) => events).map(({ type }) => type)).toContain("session.ended.v1");
  });

  test("S-27: nothing that is stored opens one", async () => {
    const { access, refresh: text } = await aSession();

    const dump = JSON.stringify(await db.dump());

    for (const secret of [access, text].map((credential) => credential.slice(-38))) {
      expect(dump).not.toContain(secret);
    }
  });
});

describe("switching", () => {
  const sessionOf = async (access: string) => (await asks(access)).session?.session;

  test("moves the session to another tenant of the person, with the role it has there", async () => {
    const { person, access } = await aSession();
    const other = await world.aTenant("Other");
    await world.aMember(other, { person, role: "admin" });
    const session = await sessionOf(access);
    if (!session) throw new Error("no session");

    await switchSession(
      world.ctxOf(session.tenantId, person),
      session,
      { tenantId: other, project: null },
      world.deps,
    );

    expect(await asks(access)).toMatchObject({ tenantId: other, scopes: ["read", "operate", "admin"] });
    expect(world.published.at(-1)).toMatchObject({
      tenantId: session.tenantId,
      data: { reason: "switched" },
    });
  });

  test("S-01: to a tenant of others, or a project that is not there or not to be seen, is NotFound", async () => {
    const tenantId = await world.aTenant();
    const strangers = await world.aTenant();
    for (const projectId of ["mine", "theirs"]) {
      await world.stores.projects.create(tenantId, { projectId, name: projectId, createdAtMs: clock }, []);
    }
    const person = await world.aMember(tenantId, { projects: ["mine"] });
    const { access } = await world.aSession(tenantId, person);
    const session = await sessionOf(access);
    if (!session) throw new Error("no session");
    const to = (target: string, project: string | null) =>
      switchSession(world.ctxOf(tenantId, person), session, { tenantId: target, project }, world.deps);

    await expect(to(strangers, null)).rejects.toBeInstanceOf(NotFound);
    await expect(to(tenantId, "theirs")).rejects.toBeInstanceOf(NotFound);
    await expect(to(tenantId, "nowhere")).rejects.toBeInstanceOf(NotFound);
    await to(tenantId, "mine");

    expect(await asks(access)).toMatchObject({ tenantId, projects: ["mine"] });
  });
});

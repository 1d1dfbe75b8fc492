import { crc32 } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Forbidden, Unauthenticated } from "../../shared/platform/errors.ts";
import { changeMember, removeMember } from "../../shared/tenancy/change-member.ts";
import { mintCredential } from "../../shared/tenancy/credential.ts";
import { makeAuthenticate, makeTenantStore } from "../../shared/tenancy/index.ts";
import { endAllSessions } from "../../shared/tenancy/own-sessions.ts";
import type { Role, Scope } from "../../shared/tenancy/schemas.ts";
import { makeSignInLinkStore } from "../../shared/tenancy/sign-in-link-store.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { aRequest, aRequestWithKey } from "./builders.ts";
import { makePeopleWorld } from "./world.ts";

let clock = Date.parse("2026-11-20T10:00:00Z");
const now = () => clock;
let db: TestTable;
let reads = 0;

beforeAll(async () => {
  db = await startTestTable(now);
  db.client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === "GetItemCommand" || context.commandName === "QueryCommand") reads++;
      return next(args);
    },
    { step: "initialize" },
  );
});
afterAll(() => db.stop());

async function aKey(scopes: Scope[] = ["read"], expiresAtMs: number | null = null) {
  const store = makeTenantStore(db.table);
  const { tenantId } = await store.createTenant({ name: "Acme", nowMs: now() });
  const created = await store.createKey(
    tenantId,
    { environment: "live", name: "CI", scopes, expiresAtMs },
    now(),
  );
  return { store, tenantId, ...created };
}

async function aSession(role: Role = "responder") {
  const world = makePeopleWorld(db.table, now);
  const tenantId = await world.aTenant();
  const person = await world.aMember(tenantId, { role });
  const { access } = await world.aSession(tenantId, person);
  return { world, tenantId, person, text: access };
}

async function aLink(options: { reusable: boolean }) {
  const links = makeSignInLinkStore(db.table);
  const target = { tenantId: "ten_a", personId: "per_a" };
  const token = await links.issue(target, { ...options, lifetimeMs: 60_000, nowMs: now() });
  return { links, token };
}

describe("API keys", () => {
  test("a key's tenant, scopes and name come from its own record", async () => {
    const { tenantId, key, text } = await aKey(["ingest"]);

    const principal = await makeAuthenticate({ table: db.table, now })(aRequestWithKey(text));

    expect(principal).toEqual({
      tenantId,
      scopes: ["ingest"],
      projects: null,
      expiresAtMs: null,
      actor: { kind: "key", id: key.keyId, name: "CI" },
    });
  });

  test("S-03: a tenant named in headers, query or body changes nothing", async () => {
    const { tenantId, text } = await aKey();
    const request = aRequestWithKey(text, {
      headers: { "x-tenant-id": "ten_other", tenantid: "ten_other" },
      query: { tenantId: "ten_other" },
      body: Buffer.from('{"tenantId":"ten_other"}'),
    });

    expect((await makeAuthenticate({ table: db.table, now })(request)).tenantId).toBe(tenantId);
  });

  test("S-27: neither the database nor the logs contain the key", async () => {
    const { text } = await aKey();
    const secret = text.slice(text.lastIndexOf("_") + 1);
    const write = process.stdout.write;
    const lines: string[] = [];
    process.stdout.write = (line) => lines.push(String(line)) > 0;
    try {
      await makeAuthenticate({ table: db.table, now })(aRequestWithKey(text));
    } finally {
      process.stdout.write = write;
    }

    const dump = JSON.stringify(await db.dump()) + lines.join("");

    expect(dump).toContain("KEY#");
    for (const trace of [
      secret,
      text,
      Buffer.from(secret).toString("base64"),
      Buffer.from(text).toString("base64"),
    ]) {
      expect(dump).not.toContain(trace);
    }
  });

  test("S-28: a mistyped key is refused without one read of the store", async () => {
    const { text } = await aKey();
    const authenticate = makeAuthenticate({ table: db.table, now });
    const mistyped = text.slice(0, -1) + (text.endsWith("a") ? "b" : "a");
    reads = 0;

    await expect(authenticate(aRequestWithKey(mistyped))).rejects.toThrow(/mistyped/);
    expect(reads).toBe(0);
  });

  test("an unknown key and a known id with another secret get the same text", async () => {
    const { key } = await aKey();
    const authenticate = makeAuthenticate({ table: db.table, now });
    const stranger = mintCredential("live");
    const forged = forge(key.keyId);

    const refusals = await Promise.all(
      [stranger.text, forged].map((text) => authenticate(aRequestWithKey(text)).catch((e: Error) => e)),
    );

    expect(refusals.every((refusal) => refusal instanceof Unauthenticated)).toBe(true);
    expect(new Set(refusals.map((refusal) => (refusal as Error).message)).size).toBe(1);
  });

  test("S-29: a revoked key is refused within 30 s, an expired one at once", async () => {
    const { store, tenantId, key, text } = await aKey();
    const brief = await aKey(["read"], now() + 1_000);
    const authenticate = makeAuthenticate({ table: db.table, now });
    await authenticate(aRequestWithKey(text));
    await authenticate(aRequestWithKey(brief.text));

    await store.changeKey({ ...(await store.getKey(tenantId, key.keyId)), revokedAtMs: now() }, []);
    clock += 1_000;
    await expect(authenticate(aRequestWithKey(brief.text))).rejects.toThrow(/expired/);
    clock += 29_000;

    await expect(authenticate(aRequestWithKey(text))).rejects.toThrow(/revoked/);
  });

  test("a key in use costs one read in 30 s", async () => {
    const { text } = await aKey();
    const authenticate = makeAuthenticate({ table: db.table, now });
    reads = 0;

    for (let i = 0; i < 20; i++) await authenticate(aRequestWithKey(text));

    expect(reads).toBe(1);
  });

  test("S-31: a key in the query string is refused, whatever the parameter is called", async () => {
    const { text } = await aKey();
    const authenticate = makeAuthenticate({ table: db.table, now });

    for (const name of ["key", "api_key", "access_token", "x"]) {
      const request = aRequest({ query: { [name]: text } });
      await expect(authenticate(request)).rejects.toThrow(/must not stand in the address/);
      await expect(authenticate(aRequestWithKey(text, request))).rejects.toBeInstanceOf(Unauthenticated);
    }
  });

  test.each(["", "Bearer", "Basic abc", "Bearer so_live_x", `Bearer ${"x".repeat(10_000)}`])(
    "the header %j is refused with the right form",
    async (authorization) => {
      const request = aRequest({ headers: { authorization } });

      await expect(makeAuthenticate({ table: db.table, now })(request)).rejects.toThrow(/Bearer|so_</);
    },
  );

  test("a sign-in token or a session is no API key", async () => {
    const { token } = await aLink({ reusable: true });
    const { text } = await aSession();
    const authenticate = makeAuthenticate({ table: db.table, now });

    await expect(authenticate(aRequestWithKey(token))).rejects.toBeInstanceOf(Unauthenticated);
    await expect(authenticate(aRequestWithKey(text))).rejects.toBeInstanceOf(Unauthenticated);
  });
});

describe("sessions", () => {
  const asking = (text: string, changes = {}) => aRequest({ cookies: { so_session: text }, ...changes });

  test("a person's session has the levels of its role, for a quarter of an hour", async () => {
    const { tenantId, person, text } = await aSession();
    const authenticate = makeAuthenticate({ table: db.table, now });

    expect(await authenticate(asking(text))).toMatchObject({
      tenantId,
      actor: { kind: "person", id: person.personId, name: person.name },
      scopes: ["read", "operate"],
      projects: null,
      expiresAtMs: now() + 15 * 60_000,
    });

    clock += 15 * 60_000;
    await expect(authenticate(asking(text))).rejects.toThrow(/sign in again/);
  });

  test("S-34: another role, and none, are in force within half a minute", async () => {
    const { world, tenantId, person, text } = await aSession("admin");
    const owner = await world.aMember(tenantId, { role: "owner" });
    const authenticate = makeAuthenticate({ table: db.table, now });
    const ctx = world.ctxOf(tenantId, owner);
    expect((await authenticate(asking(text))).scopes).toContain("admin");

    await changeMember(ctx, person.personId, { role: "viewer" }, world.deps);
    clock += 30_000;
    expect((await authenticate(asking(text))).scopes).toEqual(["read"]);

    await removeMember(ctx, person.personId, world.deps);
    clock += 30_000;
    await expect(authenticate(asking(text))).rejects.toThrow(/no member/);
  });

  test("a one-time link works once, however many try at the same moment", async () => {
    const { links, token } = await aLink({ reusable: false });

    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => links.redeem(token, now())));

    expect(tries.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
  });

  test("a link past its time is refused", async () => {
    const { links, token } = await aLink({ reusable: true });

    await expect(links.redeem(token, now() + 60_000)).rejects.toBeInstanceOf(Unauthenticated);
  });

  test("signing out takes effect with the next request", async () => {
    const { world, tenantId, person, text } = await aSession();
    const authenticate = makeAuthenticate({ table: db.table, now });
    await authenticate(asking(text));

    await endAllSessions(world.ctxOf(tenantId, person), "none", world.deps);

    await expect(authenticate(asking(text))).rejects.toBeInstanceOf(Unauthenticated);
  });

  test.each<[string, Record<string, string>, boolean]>([
    ["its own origin", { host: "127.0.0.1:4400", origin: "http://127.0.0.1:4400" }, true],
    ["another origin", { host: "127.0.0.1:4400", origin: "http://evil.example" }, false],
    ["another port", { host: "127.0.0.1:4400", origin: "http://127.0.0.1:5500" }, false],
    ["the null origin", { host: "127.0.0.1:4400", origin: "null" }, false],
    ["no origin", { host: "127.0.0.1:4400" }, false],
    [
      "the same site behind a CDN",
      { host: "api.internal", origin: "https://so.example", "sec-fetch-site": "same-origin" },
      true,
    ],
    [
      "another site behind a CDN",
      { host: "api.internal", origin: "https://api.internal", "sec-fetch-site": "cross-site" },
      false,
    ],
    [
      "a sister site",
      { host: "a.example", origin: "https://a.example", "sec-fetch-site": "same-site" },
      false,
    ],
  ])("S-36: a write with the cookie from %s", async (_from, headers, allowed) => {
    const { tenantId, text } = await aSession();
    const write = makeAuthenticate({ table: db.table, now })(asking(text, { method: "POST", headers }));

    if (allowed) expect((await write).tenantId).toBe(tenantId);
    else await expect(write).rejects.toBeInstanceOf(Forbidden);
  });

  test("a read with the cookie needs no origin", async () => {
    const { tenantId, text } = await aSession();

    expect((await makeAuthenticate({ table: db.table, now })(asking(text))).tenantId).toBe(tenantId);
  });
});

/** A key with a good checksum, a known id and a secret that is not its own. */
function forge(keyId: string): string {
  const { text } = mintCredential("live");
  const body = text.replace(/_[0-9A-Za-z]{12}_/, `_${keyId}_`).slice(0, -6);
  const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  let rest = crc32(body);
  let checksum = "";
  for (let i = 0; i < 6; i++) {
    checksum = alphabet.charAt(rest % 62) + checksum;
    rest = Math.floor(rest / 62);
  }
  return body + checksum;
}

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Envelope } from "../../events/envelope.ts";
import { routes } from "../../functions/tenancy-keys/routes.ts";
import type { Services } from "../../functions/tenancy-keys/services.ts";
import type { ApiKey, ApiKeyList, ShownOnceKey } from "../../shared/keys/schemas.ts";
import { makeBucketStore, requestServices } from "../../shared/limits/index.ts";
import type { HttpReply } from "../../shared/platform/http/request.ts";
import { answer } from "../../shared/platform/lambda/http-door.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate, makeTenantStore, routeAccess } from "../../shared/tenancy/index.ts";
import { makeProjectStore } from "../../shared/tenancy/project-store.ts";
import { requireProjects } from "../../shared/tenancy/projects.ts";
import type { Scope } from "../../shared/tenancy/schemas.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { aRequest, aRequestWithKey } from "../tenancy/builders.ts";

let db: TestTable;
beforeAll(async () => {
  db = await startTestTable();
});
afterAll(() => db.stop());

const logged: string[] = [];
const told: Envelope[] = [];

/** The routes over a tenant of its own, asked with a key of these scopes. */
async function aTenant(scopes: readonly Scope[] = ["ingest", "read", "operate", "admin"], maxKeys = 100) {
  const log = makeLog({ function: "tenancy-keys" }, (line) => logged.push(line));
  const publish = async (events: readonly Envelope[]) => {
    told.push(...events);
  };
  const table = db.table.telling({ publish, log });
  const tenants = makeTenantStore(table);
  const projects = makeProjectStore(table);
  const { tenantId } = await tenants.createTenant({ name: "Shop", nowMs: Date.now() });
  const input = { environment: "live", name: "Admin", scopes, expiresAtMs: null } as const;
  const { text } = await tenants.createKey(tenantId, input, Date.now());
  const services: Services = {
    log,
    authenticate: makeAuthenticate({ table }),
    ...requestServices(db.table, "{}", log),
    tenants,
    requireProject: (tenantId, projectId) =>
      requireProjects(tenantId, [projectId], { projects }, "projectId"),
    buckets: makeBucketStore(db.table),
    environment: "live",
    maxKeys,
  };
  const ask = (
    routeKey: string,
    body?: unknown,
    { id = "", headers = {}, as = text }: { id?: string; headers?: Record<string, string>; as?: string } = {},
  ): Promise<HttpReply> => {
    const changes = { params: { id }, headers, body: Buffer.from(JSON.stringify(body) ?? "") };
    return answer(
      { services: () => services, routes, access: routeAccess },
      aRequestWithKey(as, changes),
      routeKey,
    );
  };
  return { tenantId, services, projects, ask, text };
}
const reader = { name: "CI", scopes: ["read"] };
const made = (reply: HttpReply) => reply.body as ShownOnceKey;

describe("an API key", () => {
  test("lives: made, listed, read, rotated, revoked", async () => {
    const { ask, services } = await aTenant();

    const first = await ask("POST /api/keys", { ...reader, expiresInDays: 30 });
    const { key, text } = made(first);
    const second = made(await ask("POST /api/keys/{id}/rotate", { overlapHours: 1 }, { id: key.id }));
    const both = await Promise.all(
      [text, second.text].map((each) => services.authenticate(aRequestWithKey(each))),
    );
    const old = (await ask("GET /api/keys/{id}", undefined, { id: key.id })).body as ApiKey;
    await ask("DELETE /api/keys/{id}", undefined, { id: second.key.id });
    const list = (await ask("GET /api/keys")).body as ApiKeyList;

    expect(first.status).toBe(201);
    expect(text.startsWith(key.prefix)).toBe(true);
    expect(both.map(({ actor }) => actor.id)).toEqual([key.id, second.key.id]);
    expect(old).toMatchObject({ state: "retiring", replacedBy: second.key.id });
    expect(Date.parse(old.expiresAt ?? "") - Date.now()).toBeLessThanOrEqual(3_600_000);
    expect(second.key).toMatchObject({ name: "CI", scopes: ["read"], state: "active", replacedBy: null });
    expect(list.items.map(({ state }) => state).sort()).toEqual(["active", "retiring", "revoked"]);
  });

  test("every change of it is on record, with who and from where", async () => {
    const { ask, tenantId } = await aTenant();

    const { key } = made(await ask("POST /api/keys", reader));
    await ask("POST /api/keys/{id}/rotate", {}, { id: key.id });
    await ask("DELETE /api/keys/{id}", undefined, { id: key.id });

    const records = told.filter((event) => event.tenantId === tenantId);
    expect(records.map(({ data }) => data["action"])).toEqual([
      "api-key.created",
      "api-key.created",
      "api-key.rotated",
      "api-key.revoked",
    ]);
    expect(records.every(({ actor, data }) => actor.kind === "key" && data["from"] !== null)).toBe(true);
  });

  test("S-27: after a key was made neither the database, nor the log, nor the audit holds it", async () => {
    const { ask } = await aTenant();

    const { text } = made(await ask("POST /api/keys", reader, { headers: { "idempotency-key": "once" } }));

    const secret = text.split("_")[3] ?? "";
    const dump = JSON.stringify([await db.dump(), logged, told]);
    for (const trace of [
      secret,
      Buffer.from(text).toString("base64"),
      Buffer.from(secret).toString("base64"),
    ]) {
      expect(dump).not.toContain(trace.replace(/=+$/, ""));
    }
  });

  test("belongs to a project that is there, or to none", async () => {
    const { ask, projects, tenantId } = await aTenant();
    const project = { projectId: "checkout", name: "Checkout", createdAtMs: 0 };
    await projects.create(tenantId, project, []);
    const inProject = (projectId: string | null) => ask("POST /api/keys", { ...reader, projectId });

    for (const projectId of ["checkout", "default", null])
      expect((await inProject(projectId)).status).toBe(201);
    for (const projectId of ["nowhere", ""]) {
      expect(await inProject(projectId)).toMatchObject({ status: 400, body: { field: "projectId" } });
    }
  });

  test("S-13: nobody gives a key what they may not do themselves", async () => {
    const { ask } = await aTenant(["admin"]);

    expect(await ask("POST /api/keys", reader)).toMatchObject({ status: 403 });
    expect(await ask("POST /api/keys", { name: "k", scopes: ["admin"] })).toMatchObject({ status: 201 });
  });

  test.each(["ingest", "read", "operate"] as const)(
    "S-13: a key that may only %s makes none",
    async (scope) => {
      const { ask } = await aTenant([scope]);

      for (const [route, body] of [
        ["GET /api/keys", undefined],
        ["POST /api/keys", reader],
        ["DELETE /api/keys/{id}", undefined],
      ] as const) {
        expect((await ask(route, body, { id: "x" })).status).toBe(403);
      }
    },
  );

  test("S-01: another tenant's key is not found and not changed", async () => {
    const mine = await aTenant();
    const theirs = await aTenant();
    const { key, text } = made(await theirs.ask("POST /api/keys", reader));

    for (const [route, body] of [
      ["GET /api/keys/{id}", undefined],
      ["POST /api/keys/{id}/rotate", {}],
      ["DELETE /api/keys/{id}", undefined],
    ] as const) {
      expect((await mine.ask(route, body, { id: key.id })).status).toBe(404);
    }

    expect((await theirs.services.authenticate(aRequestWithKey(text))).tenantId).toBe(theirs.tenantId);
  });

  test("S-02: another tenant's cursor is a 400", async () => {
    const mine = await aTenant();
    const theirs = await aTenant();
    for (let i = 0; i < 2; i++) await theirs.ask("POST /api/keys", reader);
    const page = await theirs.services.tenants.listKeys(theirs.tenantId, 1);
    const request = { ...aRequestWithKey(mine.text), query: { cursor: page.cursor ?? "" } };

    const reply = await answer(
      { services: () => mine.services, routes, access: routeAccess },
      request,
      "GET /api/keys",
    );

    expect(page.cursor).toBeDefined();
    expect(reply.status).toBe(400);
  });

  test("a key that was rotated, revoked or has expired is not rotated again", async () => {
    const { ask } = await aTenant();
    const { key } = made(await ask("POST /api/keys", reader));
    await ask("POST /api/keys/{id}/rotate", {}, { id: key.id });

    expect(await ask("POST /api/keys/{id}/rotate", {}, { id: key.id })).toMatchObject({ status: 409 });
  });

  test("S-09: a tenant has no more keys than its quota", async () => {
    const { ask } = await aTenant(undefined, 2);

    expect((await ask("POST /api/keys", reader)).status).toBe(201);
    expect((await ask("POST /api/keys", reader)).status).toBe(409);
  });

  test("S-09: of many made at once no more are accepted than the quota has", async () => {
    const { ask } = await aTenant(undefined, 3);

    const replies = await Promise.all(Array.from({ length: 6 }, () => ask("POST /api/keys", reader)));

    expect(replies.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409, 409, 409]);
  });

  test("tells when it was last used", async () => {
    const { ask } = await aTenant();
    const before = Date.now();

    const [own] = ((await ask("GET /api/keys")).body as ApiKeyList).items;

    expect(Date.parse(own?.lastUsedAt ?? "")).toBeGreaterThanOrEqual(before - 10_000);
  });

  test("S-31: in the address it is refused", async () => {
    const { services, text } = await aTenant();

    await expect(services.authenticate(aRequest({ query: { key: text } }))).rejects.toThrow(/address/);
  });
});

describe("Idempotency-Key", () => {
  const once = (key: string) => ({ headers: { "idempotency-key": key } });

  test("a secret that was shown once is not shown again, and nothing is made twice", async () => {
    const { ask } = await aTenant();

    const replies = [
      await ask("POST /api/keys", reader, once("a")),
      await ask("POST /api/keys", reader, once("a")),
    ];

    expect(replies.map(({ status }) => status)).toEqual([201, 409]);
    expect(((await ask("GET /api/keys")).body as ApiKeyList).items).toHaveLength(2);
  });

  test("ten requests at once with one key make one thing", async () => {
    const { ask } = await aTenant();

    const replies = await Promise.all(
      Array.from({ length: 10 }, () => ask("POST /api/keys", reader, once("b"))),
    );

    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(((await ask("GET /api/keys")).body as ApiKeyList).items).toHaveLength(2);
  });

  test("the same key with another body is 422", async () => {
    const { ask } = await aTenant();
    await ask("POST /api/keys", reader, once("c"));

    const other = await ask("POST /api/keys", { ...reader, name: "other" }, once("c"));

    expect(other).toMatchObject({ status: 422, body: { field: "Idempotency-Key" } });
  });

  test("S-05: the same key in two tenants is two things", async () => {
    const mine = await aTenant();
    const theirs = await aTenant();

    expect((await mine.ask("POST /api/keys", reader, once("d"))).status).toBe(201);
    expect((await theirs.ask("POST /api/keys", reader, once("d"))).status).toBe(201);
  });

  test("a request that was refused may be sent again with its key", async () => {
    const { ask } = await aTenant();

    expect((await ask("POST /api/keys", { name: "" }, once("e"))).status).toBe(400);
    expect((await ask("POST /api/keys", reader, once("e"))).status).toBe(201);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { routes } from "../../functions/incidents-api/routes.ts";
import { GuardCheck } from "../../shared/analysis/schemas.ts";
import { correlateAlerts } from "../../shared/incidents/correlate-alerts.ts";
import { Incident, IncidentAlertList, IncidentList, Timeline } from "../../shared/incidents/schemas.ts";
import { Unauthenticated } from "../../shared/platform/errors.ts";
import type { HttpReply, HttpRequest } from "../../shared/platform/http/request.ts";
import { newId } from "../../shared/platform/ids.ts";
import { type Access, answer } from "../../shared/platform/lambda/http-door.ts";
import { routeAccess } from "../../shared/tenancy/index.ts";
import { aCtx, aSignal, makeIncidentWorld } from "../incidents/builders.ts";
import { startTestTable, type TestTable } from "../support/table.ts";

let testTable: TestTable;
let world: ReturnType<typeof makeIncidentWorld>;
beforeAll(async () => {
  testTable = await startTestTable();
  world = makeIncidentWorld(testTable.table);
});
afterAll(() => testTable.stop());

interface Ask {
  tenantId: string;
  scopes?: Access[];
  id?: string;
  query?: Record<string, string>;
  body?: unknown;
}
async function ask(
  routeKey: string,
  { tenantId, scopes = ["read", "operate"], id = "", query = {}, body }: Ask,
): Promise<HttpReply> {
  const [method = "", path = ""] = routeKey.split(" ");
  const request: HttpRequest = {
    method,
    path: path.replace("{id}", id),
    params: { id },
    query,
    headers: {},
    cookies: {},
    sourceIp: "127.0.0.1",
    requestId: "req_1",
    body: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body) ?? ""),
  };
  const authenticate = async () => {
    if (tenantId === "") throw new Unauthenticated("There is no credential.");
    return { tenantId, scopes, actor: { kind: "person" as const, id: "usr_1", name: "Ada" } };
  };
  return answer(
    {
      services: () => ({ ...world.deps, authenticate, redactionSalt: async () => "salt" }),
      routes,
      access: routeAccess,
    },
    request,
    routeKey,
  );
}

async function anOpenIncident() {
  const ctx = aCtx();
  await correlateAlerts(ctx, [aSignal(), aSignal({ alert: "alt_b" })], world.deps);
  const list = IncidentList.parse((await ask("GET /api/incidents", ctx)).body);
  return { tenantId: ctx.tenantId, id: list.items[0]?.id ?? "" };
}

const writes = [
  ["POST /api/incidents/{id}/transitions", { to: "ACKNOWLEDGED" }],
  ["POST /api/incidents/{id}/comments", { text: "looking" }],
  ["PATCH /api/incidents/{id}", { assignee: "Ada" }],
] as const;
const reads = [
  "GET /api/incidents/{id}",
  "GET /api/incidents/{id}/timeline",
  "GET /api/incidents/{id}/alerts",
  "GET /api/incidents/{id}/guard",
] as const;

describe("the incident routes", () => {
  test("answer in the shapes the dashboard reads", async () => {
    const { tenantId, id } = await anOpenIncident();

    const moved = await ask("POST /api/incidents/{id}/transitions", {
      tenantId,
      id,
      body: { to: "ACKNOWLEDGED" },
    });

    expect(moved.status).toBe(200);
    expect(Incident.parse(moved.body).nextStates).toEqual(["INVESTIGATING", "MITIGATED", "RESOLVED"]);
    expect(Incident.parse((await ask("GET /api/incidents/{id}", { tenantId, id })).body).state).toBe(
      "ACKNOWLEDGED",
    );
    expect(
      Timeline.parse((await ask("GET /api/incidents/{id}/timeline", { tenantId, id })).body).items,
    ).toHaveLength(2);
    const alerts = await ask("GET /api/incidents/{id}/alerts", { tenantId, id, query: { limit: "1" } });
    expect(IncidentAlertList.parse(alerts.body)).toMatchObject({
      items: [{ alertId: "alt_a" }],
      cursor: expect.any(String),
    });
    expect(
      GuardCheck.parse((await ask("GET /api/incidents/{id}/guard", { tenantId, id })).body).guarded,
    ).toBe(true);
  });

  test("a move that is not legal is a 409 that names those that are", async () => {
    const { tenantId, id } = await anOpenIncident();

    const refused = await ask("POST /api/incidents/{id}/transitions", {
      tenantId,
      id,
      body: { to: "LEARNED" },
    });

    expect(refused).toMatchObject({
      status: 409,
      body: {
        detail:
          "An incident that is DETECTED cannot become LEARNED; from here it may become ACKNOWLEDGED, INVESTIGATING, MITIGATED, RESOLVED.",
      },
    });
  });

  test.each(writes)("%s refuses a credential that may only read", async (route, body) => {
    const { tenantId, id } = await anOpenIncident();

    expect((await ask(route, { tenantId, id, body, scopes: ["read"] })).status).toBe(403);
  });

  test.each([...writes, ...reads.map((route) => [route, undefined] as const)])(
    "S-01: %s does not find another tenant's incident",
    async (route, body) => {
      const { id } = await anOpenIncident();

      const reply = await ask(route, { tenantId: newId("tenant"), id, body });

      expect(reply).toMatchObject({ status: 404, body: { detail: `There is no incident "${id}".` } });
    },
  );

  test("S-02: another tenant's cursor is a 400", async () => {
    const { tenantId, id } = await anOpenIncident();
    const other = await anOpenIncident();
    const page = await ask("GET /api/incidents/{id}/alerts", { tenantId, id, query: { limit: "1" } });
    const { cursor } = IncidentAlertList.parse(page.body);

    const reply = await ask("GET /api/incidents/{id}/alerts", { ...other, query: { cursor: cursor ?? "" } });

    expect(reply.status).toBe(400);
  });

  test("S-07: properties nobody may set are refused by name", async () => {
    const { tenantId, id } = await anOpenIncident();

    const reply = await ask("PATCH /api/incidents/{id}", {
      tenantId,
      id,
      body: { title: "x", tenantId: "ten_other" },
    });

    expect(reply).toMatchObject({ status: 400, body: { detail: expect.stringContaining("tenantId") } });
  });

  test.each([
    [{ limit: "0" }, "limit"],
    [{ limit: "201" }, "limit"],
    [{ state: "BROKEN" }, "state"],
    [{ cursor: "nonsense" }, "cursor"],
  ])("S-10: the list refuses %j and names the parameter", async (query, field) => {
    const reply = await ask("GET /api/incidents", {
      tenantId: newId("tenant"),
      query: query as Record<string, string>,
    });

    expect(reply).toMatchObject({ status: 400, body: { field } });
  });

  test("arbitrary bytes, JSON, ids and queries never make a 5xx", async () => {
    const { tenantId, id } = await anOpenIncident();
    const body = fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
    );
    const input = fc.record({
      route: fc.constantFrom(...writes.map(([route]) => route), ...reads, "GET /api/incidents"),
      id: fc.oneof(fc.constant(id), fc.string()),
      query: fc.dictionary(fc.constantFrom("state", "severity", "service", "limit", "cursor"), fc.string()),
      body,
    });

    await fc.assert(
      fc.asyncProperty(input, async ({ route, ...rest }) => {
        expect((await ask(route, { tenantId, ...rest })).status).toBeLessThan(500);
      }),
      { numRuns: 150 },
    );
  });
});

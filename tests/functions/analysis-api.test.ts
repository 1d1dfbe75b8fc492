import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { routes } from "../../functions/analysis-api/routes.ts";
import { runAnalysis } from "../../shared/analysis/index.ts";
import type { Analysis } from "../../shared/analysis/schemas.ts";
import {
  AnalysisList,
  AnalysisRequested,
  Answer,
  LatestAnalysis,
  PostMortem,
} from "../../shared/analysis/schemas.ts";
import { AiUsage } from "../../shared/models/schemas.ts";
import type { HttpReply, HttpRequest } from "../../shared/platform/http/request.ts";
import { type Access, answer } from "../../shared/platform/lambda/http-door.ts";
import { routeAccess } from "../../shared/tenancy/index.ts";
import {
  type AnalysisWorld,
  aCtx,
  aPerson,
  aRequest,
  makeAnalysisWorld,
  noonMs,
  openIncident,
  storeShop,
} from "../analysis/builders.ts";
import { makeModels } from "../models/builders.ts";
import { startTestTable, type TestTable } from "../support/table.ts";

let testTable: TestTable;
let world: AnalysisWorld;
let tenantId: string;
let ids: { id: string; analysisId: string };
beforeAll(async () => {
  testTable = await startTestTable(() => noonMs);
  world = makeAnalysisWorld(testTable.table);
  const ctx = aCtx();
  tenantId = ctx.tenantId;
  await storeShop(ctx, world);
  const incident = await openIncident(ctx, world);
  const outcome = await runAnalysis(ctx, aRequest(incident), world.deps);
  ids = { id: incident.id, analysisId: outcome.kind === "ranked" ? outcome.analysisId : "" };
});
afterAll(() => testTable.stop());

async function ask(
  routeKey: string,
  given: { tenantId?: string; scopes?: Access[]; body?: unknown; params?: Record<string, string> } = {},
): Promise<HttpReply> {
  const [method = "", path = ""] = routeKey.split(" ");
  const request: HttpRequest = {
    ...{ method, path, params: { ...ids, ...given.params }, query: {}, headers: {}, cookies: {} },
    ...{ sourceIp: "127.0.0.1", requestId: "req_1", body: Buffer.from(JSON.stringify(given.body) ?? "") },
  };
  const principal = {
    tenantId: given.tenantId ?? tenantId,
    scopes: given.scopes ?? ["read", "operate"],
    actor: aPerson,
  };
  const { deps: models } = makeModels({ table: testTable.table, providers: [], allow: [] });
  const services = { ...world.deps, models, askModel: undefined, authenticate: async () => principal };
  return answer({ services: () => services, routes, access: routeAccess }, request, routeKey);
}

test.each([
  ["GET /api/incidents/{id}/analysis", 200, LatestAnalysis, undefined],
  ["GET /api/incidents/{id}/analyses", 200, AnalysisList, undefined],
  ["POST /api/incidents/{id}/analyses", 202, AnalysisRequested, undefined],
  ["POST /api/incidents/{id}/questions", 200, Answer, { question: "Why did it break?" }],
  ["GET /api/incidents/{id}/post-mortem", 200, PostMortem, undefined],
  ["GET /api/ai/usage", 200, AiUsage, undefined],
])("%s answers %d in its declared shape", async (route, status, schema, body) => {
  const reply = await ask(route, { body });

  expect(reply.status).toBe(status);
  expect(schema.parse(JSON.parse(JSON.stringify(reply.body)))).toEqual(
    JSON.parse(JSON.stringify(reply.body)),
  );
});

const bodies: Record<string, unknown> = {
  "POST /api/incidents/{id}/analyses/{analysisId}/feedback": { hypothesisId: "hyp_1", verdict: "accepted" },
  "POST /api/incidents/{id}/questions": { question: "Why did it break?" },
  "PUT /api/incidents/{id}/post-mortem": { summary: "", impact: "", cause: "", fixes: [], actionItems: [] },
};

test.each(Object.keys(routes).filter((route) => route.includes("{id}")))(
  "S-01: %s gives 404 for another tenant's incident and changes nothing",
  async (route) => {
    const before = await testTable.dump();

    const reply = await ask(route, { tenantId: aCtx().tenantId, body: bodies[route] });

    expect(reply.status).toBe(404);
    expect(await testTable.dump()).toEqual(before);
  },
);

test.each(Object.keys(routes).filter((route) => !route.startsWith("GET ") && !route.endsWith("/questions")))(
  "S-13: %s is refused to a credential that may only read",
  async (route) => {
    expect((await ask(route, { scopes: ["read"], body: bodies[route] })).status).toBe(403);
  },
);

test("a word on a hypothesis of another analysis is not taken", async () => {
  const route = "POST /api/incidents/{id}/analyses/{analysisId}/feedback";

  expect((await ask(route, { body: bodies[route] })).status).toBe(404);
  expect((await ask(route, { body: bodies[route], params: { analysisId: "ana_x" } })).status).toBe(404);
  expect((await ask(route, { body: { hypothesisId: "hyp_1", verdict: "corrected" } })).status).toBe(400);
});

test("S-65: a word on a hypothesis owes its record with the word", async () => {
  const route = "POST /api/incidents/{id}/analyses/{analysisId}/feedback";
  const read = await ask("GET /api/incidents/{id}/analyses/{analysisId}");
  const { hypotheses } = read.body as Analysis;
  const body = { hypothesisId: hypotheses[0]?.id, verdict: "accepted", note: "seen it before" };

  expect((await ask(route, { body })).status).toBe(200);

  const debts = await testTable.table.owed(noonMs + 86_400_000_000, 100);
  expect(debts.flatMap(({ events }) => events)).toContainEqual(
    expect.objectContaining({
      type: "audit.recorded.v1",
      actor: aPerson,
      data: expect.objectContaining({
        action: "hypothesis.judged",
        resource: { type: "hypothesis", id: body.hypothesisId },
        before: null,
        after: expect.objectContaining({ verdict: "accepted" }),
        why: "seen it before",
      }),
    }),
  );
});

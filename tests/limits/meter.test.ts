import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { renderError } from "../../functions/ingest-api/routes.ts";
import { findOffenders, readLimits, requestServices } from "../../shared/limits/index.ts";
import { Unavailable } from "../../shared/platform/errors.ts";
import { contracted } from "../../shared/platform/http/contract.ts";
import { newId } from "../../shared/platform/ids.ts";
import { type Access, answer, type HttpServices } from "../../shared/platform/lambda/http-door.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { aRequest } from "../tenancy/builders.ts";

let db: TestTable;
beforeAll(async () => {
  db = await startTestTable();
});
afterAll(() => db.stop());

const quiet = { info: () => {}, warn: () => {}, error: () => {}, measure: () => {} };
const limits = JSON.stringify({ "api.key": 3, "ai.key": 2, "ingest.key": 1_000 });
const routes = contracted({
  "GET /api/things": { says: "Things", answers: { 200: z.object({}) } },
  "POST /api/questions": { says: "Ask a model", answers: { 200: z.object({}) }, limit: "ai" },
  "POST /v1/metrics": { says: "Metrics", answers: { 200: z.object({}) } },
}).with<HttpServices>({
  "GET /api/things": async () => ({ status: 200, body: {} }),
  "POST /api/questions": async () => ({ status: 200, body: {} }),
  "POST /v1/metrics": async () => ({ status: 200, body: {} }),
});
const access: Record<string, Access> = {
  "GET /api/things": "read",
  "POST /api/questions": "read",
  "POST /v1/metrics": "ingest",
};

function aCaller(overrides: Partial<HttpServices> = {}) {
  const tenantId = newId("tenant");
  const services: HttpServices = {
    log: quiet,
    authenticate: async () => ({
      tenantId,
      actor: { kind: "key" as const, id: "k1" },
      scopes: ["read", "ingest"],
    }),
    ...requestServices(db.table, limits, quiet),
    ...overrides,
  };
  return (routeKey: string, body = "") =>
    answer(
      { services: () => services, routes, access, ...(routeKey.includes("/v1/") ? { renderError } : {}) },
      aRequest({ path: routeKey.split(" ")[1] ?? "", body: Buffer.from(body) }),
      routeKey,
    );
}

describe("limits at the door", () => {
  test("S-09: every answer says what is left, and one over the limit is 429 with Retry-After", async () => {
    const ask = aCaller();

    const replies = [];
    for (let i = 0; i < 4; i++) replies.push(await ask("GET /api/things"));

    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(replies[0]?.headers).toMatchObject({
      "ratelimit-policy": '"api-key";q=3;w=60, "api-tenant";q=12000;w=60',
      ratelimit: expect.stringMatching(/^"api-key";r=2;t=20, "api-tenant";r=11\d\d\d;t=\d+$/),
    });
    expect(replies[3]?.headers).toMatchObject({ "retry-after": "20" });
    expect(replies[3]?.body).toMatchObject({ code: "limit-exceeded", requestId: "req_test" });
  });

  test("a route that a model answers has a bucket of its own besides", async () => {
    const ask = aCaller();

    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await ask("POST /api/questions")).status);

    expect(statuses).toEqual([200, 200, 429]);
    expect((await ask("GET /api/things")).status).toBe(429);
  });

  test("R-10: telemetry over its bytes is 503 with Retry-After, as senders lose what is answered 429", async () => {
    const ask = aCaller();

    const first = await ask("POST /v1/metrics", "x".repeat(900));
    const second = await ask("POST /v1/metrics", "x".repeat(900));

    expect(first.status).toBe(200);
    expect(second.status).toBe(503);
    expect(Number(second.headers?.["retry-after"])).toBeGreaterThan(0);
  });

  test("while the buckets cannot be reached everybody passes", async () => {
    const broken = await startTestTable();
    const services = requestServices(broken.table, limits, quiet);
    await broken.stop();
    const ask = aCaller(services);

    expect((await ask("GET /api/things")).status).toBe(200);
  }, 30_000);

  test("a typing error in the limits is told, and not taken for no limit", () => {
    expect(() => readLimits('{"api.kee":5}')).toThrow();
    expect(() => readLimits('{"api.key":-1}')).toThrow();
    expect(readLimits('{"api.key":5}')).toMatchObject({ "api.key": 5, "ai.key": 10 });
  });
});

test("the cardinality guard names the metric and the label that multiply the series", async () => {
  const series = (count: number, label: string) =>
    Array.from({ length: count }, (_, i) => ({
      seriesId: `s${i}`,
      labels: { service: "shop", [label]: `v${i}` },
      lastSeenAt: "2026-05-01T12:00:00.000Z",
    }));
  const all: Record<string, ReturnType<typeof series>> = {
    calm: series(2, "host"),
    wild: series(40, "user_id"),
  };
  const info = (name: string) => ({
    name,
    type: "gauge" as const,
    unit: null,
    monotonic: false,
    seriesCount: all[name]?.length ?? 0,
    lastSeenAt: "2026-05-01T12:00:00.000Z",
  });

  const found = await findOffenders("ten_a", 100, {
    metrics: {
      listMetrics: async () => ({ items: Object.keys(all).map(info), cursor: undefined }),
      listSeries: async (_tenantId, name) => ({ items: all[name] ?? [], cursor: undefined }),
    },
    active: { count: async () => 42 },
  });

  expect(found).toMatchObject({ series: 42, limit: 100, complete: true });
  expect(found.metrics[0]).toMatchObject({ metric: "wild", series: 40 });
  expect(found.metrics[0]?.labels[0]).toMatchObject({ label: "user_id", values: 40 });
});

test("S-22: what goes wrong inside says nothing of the inside", async () => {
  const failing = contracted({
    "GET /api/things": { says: "Things", answers: { 200: z.object({}) } },
  }).with<HttpServices>({
    "GET /api/things": async () => {
      throw new Unavailable(
        "Not now.",
        5,
        new Error("AccessDeniedException: arn:aws:dynamodb:eu-west-1:123"),
      );
    },
  });
  const authenticate = async () => ({
    tenantId: "t",
    actor: { kind: "key" as const, id: "k" },
    scopes: ["read" as const],
  });
  const reply = await answer(
    { services: () => ({ log: quiet, authenticate }), routes: failing, access },
    aRequest(),
    "GET /api/things",
  );

  expect(JSON.stringify(reply)).not.toMatch(/arn:|AccessDenied|at .*\.ts/);
});

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { routes } from "../../functions/metrics-api/routes.ts";
import type { Services } from "../../functions/metrics-api/services.ts";
import { ForecastResult } from "../../shared/anomalies/schemas.ts";
import { makeDynamoMetricStore, makeMetricStorage } from "../../shared/metrics/index.ts";
import { IngestRateStore } from "../../shared/metrics/ingest-rate-store.ts";
import { IngestRate, MetricList, MetricQueryResult, SeriesList } from "../../shared/metrics/schemas.ts";
import { nowMs } from "../../shared/platform/clock.ts";
import type { HttpRequest } from "../../shared/platform/http/request.ts";
import { answer } from "../../shared/platform/lambda/http-door.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { routeAccess } from "../../shared/tenancy/permissions.ts";
import { aBatch, aSeries, type Point, secondMs } from "../metrics/builders.ts";
import { startTestTable, type TestTable } from "../support/table.ts";

let testTable: TestTable;
let services: Services;
const scopes = ["read" as const];
const labels = { host: "a" };

beforeAll(async () => {
  testTable = await startTestTable();
  services = {
    log: makeLog({}, () => undefined),
    authenticate: (request) =>
      Promise.resolve({
        tenantId: request.headers["tenant"] ?? "ten_a",
        actor: { kind: "key", id: "key" },
        scopes,
        expiresAtMs: null,
      }),
    store: makeDynamoMetricStore(makeMetricStorage(testTable.table)),
    rates: new IngestRateStore(testTable.table),
  };
  const atMs = nowMs();
  const points = Array.from(
    { length: 4 },
    (_, i): Point => [aSeries({ labels }), atMs - i * 15 * secondMs, i],
  );
  await services.store.write("ten_a", [{ batchId: "bat", receivedAtMs: atMs, points: aBatch(points) }]);
  await services.rates.add("ten_a", 4, atMs);
});
afterAll(() => testTable.stop());

function ask(routeKey: string, query: Record<string, string> = {}, given: Partial<HttpRequest> = {}) {
  const [method = "GET", path = "/"] = routeKey.split(" ");
  const request: HttpRequest = {
    method,
    path,
    params: {},
    query,
    headers: {},
    cookies: {},
    sourceIp: "127.0.0.1",
    requestId: "req",
    body: Buffer.alloc(0),
    ...given,
  };
  return answer({ services: () => services, routes, access: routeAccess }, request, routeKey);
}

describe("metrics-api", () => {
  test("lists metrics", async () => {
    const { body } = await ask("GET /api/metrics");

    expect(MetricList.parse(body).items).toMatchObject([{ name: "cpu.utilization", seriesCount: 1 }]);
    expect(MetricList.parse(body).cursor).toBeNull();
  });

  test("lists the series of a metric", async () => {
    const { body } = await ask(
      "GET /api/metrics/{name}/series",
      { match: '{host="a"}' },
      {
        params: { name: "cpu.utilization" },
      },
    );

    expect(SeriesList.parse(body).items).toMatchObject([{ labels }]);
  });

  test("draws a metric over the last hour in about 300 steps", async () => {
    const { body } = await ask("GET /api/metrics/query", { name: "cpu.utilization", aggregate: "max" });

    const result = MetricQueryResult.parse(body);
    expect(result.stepMs).toBe(15 * secondMs);
    expect(result.timesMs.length).toBeGreaterThanOrEqual(240);
    expect(result.groups[0]?.values.filter((value) => value !== null)).toHaveLength(4);
  });

  test("tells how much comes in", async () => {
    const { body } = await ask("GET /api/ingest/rate");

    const rate = IngestRate.parse(body);
    expect(rate.minutes).toHaveLength(60);
    expect(rate.minutes.reduce((sum, { points }) => sum + points, 0)).toBe(4);
    expect(rate.pointsPerSecond).toBeGreaterThan(0);
  });

  test("another tenant sees nothing of it", async () => {
    const stranger = { headers: { tenant: "ten_b" } };

    expect((await ask("GET /api/metrics", {}, stranger)).body).toMatchObject({ items: [] });
    expect((await ask("GET /api/metrics/query", { name: "cpu.utilization" }, stranger)).body).toMatchObject({
      groups: [],
    });
  });

  test.each([
    [{ name: "x", from: "yesterday" }, "from", "yesterday"],
    [{ name: "x", from: "now", to: "-1h" }, "from", "before"],
    [{ name: "x", from: "-401d" }, "from", "400 days"],
    [{ name: "x", from: "-30d", stepMs: "1000" }, "stepMs", "11000"],
    [{ name: "x", stepMs: "10" }, "stepMs", "1000"],
    [{ name: "x", match: '{host="a"' }, "match", 'host="a"'],
    [{ name: "x", match: '{host=~"("}' }, "match", "("],
    [{ name: "x", aggregate: "median" }, "aggregate", "p50"],
    [{ name: "x", groupBy: Array.from({ length: 21 }, (_, i) => `l${i}`).join() }, "groupBy", "20"],
    [{}, "name", "expected string"],
  ])("%j is refused, naming %s and what would be right", async (query, field, says) => {
    const reply = await ask("GET /api/metrics/query", query as Record<string, string>);

    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ field, detail: expect.stringContaining(says) });
  });

  test("a cursor of another list is refused", async () => {
    const { items } = await services.store.listMetrics("ten_a", 10);
    const cursor = Buffer.from(JSON.stringify({ pk: "TENANT#ten_b#metrics", sk: items[0]?.name })).toString(
      "base64url",
    );

    expect((await ask("GET /api/metrics", { cursor })).status).toBe(400);
  });

  test("no query makes it fail", async () => {
    const text = fc.string({ unit: "binary", maxLength: 60 });
    const query = fc.record(
      { name: text, match: text, aggregate: text, groupBy: text, from: text, to: text, stepMs: text },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(routes)), query, async (routeKey, asked) => {
        const reply = await ask(routeKey, asked, { params: { name: asked.name ?? "x" } });
        expect(reply.status).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
  });
});

describe("where a metric is heading", () => {
  test("is told from an hour of it, with the day a limit will be reached", async () => {
    const atMs = nowMs();
    const points = Array.from(
      { length: 90 },
      (_, i): Point => [aSeries({ name: "disk", labels }), atMs - (90 - i) * 60 * secondMs, 10 + i / 10],
    );
    await services.store.write("ten_a", [
      { batchId: "bat_disk", receivedAtMs: atMs, points: aBatch(points) },
    ]);

    const query = { name: "disk", from: "-2h", horizonMs: String(24 * 3_600 * secondMs), limit: "50" };
    const { status, body } = await ask("GET /api/metrics/forecast", query);

    const { groups } = ForecastResult.parse(body);
    expect([status, groups.length]).toEqual([200, 1]);
    const reachedMs = Date.parse(groups[0]?.reachesLimit.probablyAt ?? "");
    expect(Math.abs(reachedMs - (atMs + 310 * 60 * secondMs))).toBeLessThan(3_600 * secondMs);
  });

  test("is refused with a reason for a metric of four points, and is nothing for one unknown", async () => {
    const few = await ask("GET /api/metrics/forecast", { name: "cpu.utilization" });
    const unknown = await ask("GET /api/metrics/forecast", { name: "nothing" });

    expect(ForecastResult.parse(few.body).groups[0]?.refused).toContain("too few");
    expect(ForecastResult.parse(unknown.body).groups).toEqual([]);
  });

  test.each([
    [{ name: "" }],
    [{ name: "disk", from: "+1h" }],
    [{ name: "disk", horizonMs: "5" }],
    [{ name: "disk", match: "{" }],
  ])("asked as %j it is refused", async (query) => {
    expect((await ask("GET /api/metrics/forecast", query as Record<string, string>)).status).toBe(400);
  });
});

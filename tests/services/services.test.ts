import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  makeDynamoMetricStore,
  makeMetricStorage,
  openSeriesCatalog,
  type Series,
} from "../../shared/metrics/index.ts";
import { Conflict, Invalid, NotFound } from "../../shared/platform/errors.ts";
import {
  declareService,
  drawGraph,
  learnServices,
  listServices,
  makeServiceStore,
  readService,
  removeService,
} from "../../shared/services/index.ts";
import { callOf, entityOf, peerLabelOf } from "../../shared/services/labels.ts";
import { ServiceInput, ServiceList } from "../../shared/services/schemas.ts";
import { aCtx, aPerson, noonMs } from "../analysis/builders.ts";
import { aBatch, aSeries } from "../metrics/builders.ts";
import { startTestTable, type TestTable } from "../support/table.ts";

let testTable: TestTable;
beforeAll(async () => {
  testTable = await startTestTable(() => noonMs);
});
afterAll(() => testTable.stop());

function aWorld() {
  const { table } = testTable;
  const env = { METRIC_STORE: "dynamodb" as const, METRIC_RETENTION_DAYS: 400 };
  const index = openSeriesCatalog(env, table);
  let clockMs = noonMs;
  const metrics = makeDynamoMetricStore(makeMetricStorage(table, { now: () => clockMs }));
  let reads = 0;
  const counted = {
    metrics: index.metrics,
    series: (...args: Parameters<typeof index.series>) => {
      reads++;
      return index.series(...args);
    },
  };
  const services = makeServiceStore(table);
  let batch = 0;
  return {
    deps: { index: counted, services },
    services,
    reads: () => reads,
    async send(tenantId: string, series: readonly Series[], atMs = noonMs) {
      clockMs = atMs;
      const points = aBatch(series.map((one) => [one, atMs, 1] as const));
      await metrics.write(tenantId, [{ batchId: `${tenantId}-${batch++}`, receivedAtMs: atMs, points }]);
    },
  };
}

const ofService = (name: string, labels: Record<string, string> = {}) =>
  aSeries({ name: "requests", labels: { "service.name": name, ...labels } });

describe("labels", () => {
  test.each([
    [{ "service.name": "a", host: "h" }, "a"],
    [{ service: "b" }, "b"],
    [{ "host.name": "h" }, "h"],
    [{ region: "eu" }, null],
    [{ "service.name": "" }, null],
  ])("%j is telemetry of %s", (labels, entity) => {
    expect(entityOf(labels as Record<string, string>)).toBe(entity);
  });

  test.each([
    [
      "http.client.request.duration",
      { "service.name": "a", "peer.service": "b" },
      { caller: "a", callee: "b" },
    ],
    ["rpc.server.duration", { "service.name": "b", "peer.service": "a" }, { caller: "a", callee: "b" }],
    [
      "http.client.request.duration",
      { "service.name": "a", "server.address": "api.example" },
      { caller: "a", callee: "api.example" },
    ],
    ["http.server.request.duration", { "service.name": "a", "server.address": "a.example" }, undefined],
    [
      "istio_requests_total",
      { source_workload: "a", destination_workload: "b" },
      { caller: "a", callee: "b" },
    ],
    ["requests", { "service.name": "a", "peer.service": "a" }, undefined],
  ])("%s with %j is the call %j", (metric, labels, call) => {
    expect(callOf(metric, labels as Record<string, string>)).toEqual(call);
  });

  test("the address of a server tells a peer only where a client measured", () => {
    const labels = { "server.address": "db" };

    expect(peerLabelOf("db.client.operation.duration", labels)).toBe("server.address");
    expect(peerLabelOf("http.server.active_requests", labels)).toBeUndefined();
  });
});

describe("learning", () => {
  test("services, hosts and calls come from the labels of series, and nothing is read twice", async () => {
    const ctx = aCtx();
    const world = aWorld();
    await world.send(ctx.tenantId, [
      ofService("web", { "peer.service": "shop", "host.name": "h1" }),
      ofService("shop", { "host.name": "h1" }),
      ofService("shop", { "host.name": "h2" }),
    ]);

    const read = await learnServices(ctx, world.deps);
    const again = await learnServices(ctx, world.deps);
    const list = ServiceList.parse(await listServices(ctx, world.services));

    expect([read, again, world.reads()]).toEqual([1, 0, 1]);
    expect(list.items).toMatchObject([
      { name: "shop", hosts: ["h1", "h2"], known: "learned", dependencies: [] },
      { name: "web", hosts: ["h1"], dependencies: [{ service: "shop", known: "learned" }] },
    ]);
  });

  test("a metric that gets a new series is read again, and no other", async () => {
    const ctx = aCtx();
    const world = aWorld();
    await world.send(ctx.tenantId, [
      ofService("a"),
      aSeries({ name: "other", labels: { "service.name": "a" } }),
    ]);
    await learnServices(ctx, world.deps);
    await world.send(ctx.tenantId, [ofService("b")]);

    const read = await learnServices(ctx, world.deps);
    const { items } = await listServices(ctx, world.services);

    expect(read).toBe(1);
    expect(items.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("what is not seen for a week is over, what people declared stays", async () => {
    const ctx = aCtx();
    const world = aWorld();
    await world.send(ctx.tenantId, [ofService("web", { "peer.service": "old" })]);
    await learnServices(ctx, world.deps);
    const dependencies = ["declared"];
    await declareService(ctx, { name: "web", service: ServiceInput.parse({ dependencies }) }, world.services);

    const before = await readService(ctx, "web", world.services);

    const nowMs = noonMs + 8 * 86_400_000;
    await world.send(ctx.tenantId, [ofService("web")], nowMs);
    await learnServices({ ...ctx, nowMs }, world.deps);
    const after = await readService(ctx, "web", world.services);

    expect(before.dependencies).toEqual([
      { service: "declared", known: "declared" },
      { service: "old", known: "learned" },
    ]);
    expect(after.dependencies).toEqual([{ service: "declared", known: "declared" }]);
  });

  test("names made to break keys and objects are names like others", async () => {
    const ctx = aCtx();
    const world = aWorld();
    const names = ["__proto__", "constructor", "a#b", "TENANT#x", "'; DROP TABLE --", "\u202Egnp.exe"];
    await world.send(ctx.tenantId, [
      ...names.map((name) => ofService(name, { "peer.service": "__proto__", "host.name": "__proto__" })),
      ofService("x".repeat(2_000)),
    ]);

    await learnServices(ctx, world.deps);
    const { items } = await listServices(ctx, world.services);

    expect(items.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(items.find(({ name }) => name === "a#b")?.dependencies).toEqual([
      { service: "__proto__", known: "learned" },
    ]);
  });
});

describe("declaring", () => {
  test("owner, dependencies and runbooks stand as declared, guarded by the version", async () => {
    const ctx = aCtx({ actor: aPerson });
    const { services } = aWorld();
    const service = ServiceInput.parse({
      owner: "payments team",
      dependencies: ["bank", "bank"],
      runbooks: [{ title: "Card processor", url: "https://runbooks.example/cards" }],
    });

    const first = await declareService(ctx, { name: "payments", service }, services);
    const late = declareService(ctx, { name: "payments", service, ifVersion: 0 }, services);

    expect(first).toMatchObject({ owner: "payments team", version: 1, updatedBy: "Ada", known: "declared" });
    expect(first.dependencies).toEqual([{ service: "bank", known: "declared" }]);
    await expect(late).rejects.toThrow(Conflict);
  });

  test.each(["javascript:alert(1)", "file:///etc/passwd", "notaurl"])("a runbook at %s is refused", (url) => {
    expect(ServiceInput.safeParse({ runbooks: [{ title: "x", url }] }).success).toBe(false);
  });

  test("a service that calls itself is refused", async () => {
    const service = ServiceInput.parse({ dependencies: ["a"] });

    await expect(declareService(aCtx(), { name: "a", service }, aWorld().services)).rejects.toThrow(Invalid);
  });

  test("another tenant's service is not found, changed or removed", async () => {
    const ctx = aCtx({ actor: aPerson });
    const { services } = aWorld();
    await declareService(ctx, { name: "mine", service: ServiceInput.parse({ owner: "us" }) }, services);
    const other = aCtx();

    await expect(readService(other, "mine", services)).rejects.toThrow(NotFound);
    await expect(removeService(other, "mine", services)).rejects.toThrow(NotFound);
    await declareService(other, { name: "mine", service: ServiceInput.parse({ owner: "them" }) }, services);

    expect((await readService(ctx, "mine", services)).owner).toBe("us");
  });
});

test("the graph has a node for whatever is called or in trouble, and says how bad it is", async () => {
  const ctx = aCtx();
  const { services } = aWorld();
  await declareService(
    ctx,
    { name: "web", service: ServiceInput.parse({ dependencies: ["shop"] }) },
    services,
  );
  const { items } = await listServices(ctx, services);

  const graph = drawGraph(
    items,
    new Map([["mail", { openIncidents: 2, severity: "critical" as const }]]),
    false,
  );

  expect(graph.edges).toEqual([{ caller: "web", callee: "shop", known: "declared" }]);
  expect(graph.nodes.map(({ service, openIncidents }) => [service, openIncidents])).toEqual([
    ["mail", 2],
    ["shop", 0],
    ["web", 0],
  ]);
});

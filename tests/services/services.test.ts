import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  makeDynamoMetricStore,
  makeMetricStorage,
  openSeriesCatalog,
  type Series,
} from "../../shared/metrics/index.ts";
import { Conflict, Forbidden, Invalid, NotFound } from "../../shared/platform/errors.ts";
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

const named = (name: string, project = "default") => ({ project, name });
const [web, payments, mine] = [named("web"), named("payments"), named("mine")];
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
    await declareService(ctx, { ...web, service: ServiceInput.parse({ dependencies }) }, world.services);

    const before = await readService(ctx, web, world.services);

    const nowMs = noonMs + 8 * 86_400_000;
    await world.send(ctx.tenantId, [ofService("web")], nowMs);
    await learnServices({ ...ctx, nowMs }, world.deps);
    const after = await readService(ctx, web, world.services);

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

    const first = await declareService(ctx, { ...payments, service }, services);
    const late = declareService(ctx, { ...payments, service, ifVersion: 0 }, services);

    expect(first).toMatchObject({ owner: "payments team", version: 1, updatedBy: "Ada", known: "declared" });
    expect(first.dependencies).toEqual([{ service: "bank", known: "declared" }]);
    await expect(late).rejects.toThrow(Conflict);
  });

  test.each(["javascript:alert(1)", "file:///etc/passwd", "notaurl"])("a runbook at %s is refused", (url) => {
    expect(ServiceInput.safeParse({ runbooks: [{ title: "x", url }] }).success).toBe(false);
  });

  test("a service that calls itself is refused", async () => {
    const service = ServiceInput.parse({ dependencies: ["a"] });

    await expect(declareService(aCtx(), { ...named("a"), service }, aWorld().services)).rejects.toThrow(
      Invalid,
    );
  });

  test("what was declared while somebody removed the version before stands on record as removed", async () => {
    const ctx = aCtx({ actor: aPerson });
    const { services } = aWorld();
    const declare = (owner: string) =>
      declareService(ctx, { ...mine, service: ServiceInput.parse({ owner }) }, services);
    await declare("us");
    const told: unknown[] = [];
    const slow = {
      ...services,
      undeclare: async (...args: Parameters<typeof services.undeclare>) => {
        if (told.length === 0) await declare("them");
        told.push(args[3][0]?.data["before"]);
        return services.undeclare(...args);
      },
    };

    await removeService(ctx, mine, slow);

    expect(told).toMatchObject([{ owner: "us" }, { owner: "them" }]);
    await expect(readService(ctx, mine, services)).rejects.toThrow(NotFound);
  });

  test("another tenant's service is not found, changed or removed", async () => {
    const ctx = aCtx({ actor: aPerson });
    const { services } = aWorld();
    await declareService(ctx, { ...mine, service: ServiceInput.parse({ owner: "us" }) }, services);
    const other = aCtx();

    await expect(readService(other, mine, services)).rejects.toThrow(NotFound);
    await expect(removeService(other, mine, services)).rejects.toThrow(NotFound);
    await declareService(other, { ...mine, service: ServiceInput.parse({ owner: "them" }) }, services);

    expect((await readService(ctx, mine, services)).owner).toBe("us");
  });
});

describe("projects", () => {
  const inProject = (project: string, labels: Record<string, string>) =>
    aSeries({ name: "requests", labels: { ...labels, "sentinelops.project": project } });

  /** Two projects and the default one with a service of one name, which calls another in each. */
  async function threeShops() {
    const ctx = aCtx({ actor: aPerson });
    const world = aWorld();
    await world.send(ctx.tenantId, [
      ofService("shop", { "peer.service": "bank", "host.name": "h0" }),
      inProject("north", { "service.name": "shop", "peer.service": "bank-north", "host.name": "h1" }),
      inProject("south", { "service.name": "shop", "peer.service": "bank-south", "host.name": "h2" }),
    ]);
    await learnServices(ctx, world.deps);
    return { ...world, ctx, narrowed: { ...ctx, projects: ["north"] } };
  }

  test("a service that two projects send is two, each with its own hosts and calls", async () => {
    const { ctx, services } = await threeShops();

    const { items } = await listServices(ctx, services);

    expect(
      items
        .filter(({ name }) => name === "shop")
        .map(({ project, hosts, dependencies }) => [project, hosts, dependencies.map((one) => one.service)]),
    ).toEqual([
      ["default", ["h0"], ["bank"]],
      ["north", ["h1"], ["bank-north"]],
      ["south", ["h2"], ["bank-south"]],
    ]);
  });

  test("learning on keeps what was learned of each", async () => {
    const { ctx, services, send, deps } = await threeShops();
    await send(ctx.tenantId, [inProject("north", { "service.name": "shop", "host.name": "h3" })]);
    await learnServices(ctx, deps);

    const shops = await Promise.all(
      ["north", "south"].map((project) => readService(ctx, named("shop", project), services)),
    );

    expect(shops.map(({ hosts }) => hosts)).toEqual([["h1", "h3"], ["h2"]]);
  });

  test("who is narrowed sees the services of those projects alone, in the graph too", async () => {
    const { narrowed, services } = await threeShops();

    const { items } = await listServices(narrowed, services);
    const both = await listServices({ ...narrowed, projects: ["default", "south"] }, services);
    const graph = drawGraph(items, [], false);

    expect(items.map(({ project, name }) => [project, name])).toEqual([
      ["north", "bank-north"],
      ["north", "shop"],
    ]);
    expect(new Set(both.items.map(({ project }) => project))).toEqual(new Set(["default", "south"]));
    expect(graph.edges).toEqual([
      { project: "north", caller: "shop", callee: "bank-north", known: "learned" },
    ]);
    await expect(readService(narrowed, named("shop", "south"), services)).rejects.toThrow(NotFound);
  });

  test("who is narrowed declares and removes services of those projects alone", async () => {
    const { ctx, narrowed, services } = await threeShops();
    const service = ServiceInput.parse({ owner: "team north" });

    await declareService(narrowed, { ...named("shop", "north"), service }, services);
    for (const project of ["south", "default"]) {
      const id = named("shop", project);
      await expect(declareService(narrowed, { ...id, service }, services)).rejects.toThrow(Forbidden);
      await expect(removeService(narrowed, id, services)).rejects.toThrow(NotFound);
    }
    await removeService(narrowed, named("bank-north", "north"), services);

    const { items } = await listServices(ctx, services);
    expect(items.flatMap(({ project, owner }) => (owner === null ? [] : [project]))).toEqual(["north"]);
    expect(items.map(({ name }) => name)).not.toContain("bank-north");
    expect(items.filter(({ name }) => name === "shop")).toHaveLength(3);
  });

  test("what was stored before services had projects is the default one's", async () => {
    const ctx = aCtx();
    const { services } = aWorld();
    const seen = { hosts: '[["h1",1]]', callees: "[]" };
    await testTable.table.putMany(ctx.tenantId, [
      { pk: "LEARNED", sk: "old", ...seen },
      { pk: "METRICS", sk: "old", metrics: '[["requests",1]]' },
      {
        ...{ pk: "DECLARED", sk: "older", name: "older", owner: "us", description: null, dependencies: [] },
        ...{ runbooks: [], updatedAt: "2026-11-20T12:00:00.000Z", updatedBy: "Ada", version: 1 },
      },
    ]);

    const { items } = await listServices({ ...ctx, projects: ["default"] }, services);
    const metrics = await services.metricsOf(ctx.tenantId, "default", ["old"]);

    expect(items.map(({ project, name }) => [project, name])).toEqual([
      ["default", "old"],
      ["default", "older"],
    ]);
    expect([...(metrics.get("old")?.keys() ?? [])]).toEqual(["requests"]);
  });

  test("a name made to look like another project's service is one of its own project's", async () => {
    const ctx = aCtx();
    const world = aWorld();
    await world.send(ctx.tenantId, [
      ofService('"north"shop'),
      inProject("north", { "service.name": "shop", "host.name": "h1" }),
      inProject('north"x', { "service.name": "shop" }),
      inProject("x".repeat(41), { "service.name": "shop" }),
    ]);
    await learnServices(ctx, world.deps);

    const { items } = await listServices({ ...ctx, projects: ["north"] }, world.services);
    const all = await listServices(ctx, world.services);

    expect(items).toMatchObject([{ project: "north", name: "shop", hosts: ["h1"] }]);
    expect(all.items.map(({ project, name }) => [project, name])).toEqual([
      ["default", '"north"shop'],
      ["north", "shop"],
      ['north"x', "shop"],
    ]);
  });
});

test("the graph has a node for whatever is called or in trouble, and says how bad it is", async () => {
  const ctx = aCtx();
  const { services } = aWorld();
  await declareService(ctx, { ...web, service: ServiceInput.parse({ dependencies: ["shop"] }) }, services);
  const { items } = await listServices(ctx, services);

  const graph = drawGraph(
    items,
    [{ ...{ project: "default", service: "mail" }, openIncidents: 2, severity: "critical" }],
    false,
  );

  expect(graph.edges).toEqual([{ project: "default", caller: "web", callee: "shop", known: "declared" }]);
  expect(graph.nodes.map(({ service, openIncidents }) => [service, openIncidents])).toEqual([
    ["mail", 2],
    ["shop", 0],
    ["web", 0],
  ]);
});

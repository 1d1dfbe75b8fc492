import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { routes } from "../../functions/services-api/routes.ts";
import type { Services } from "../../functions/services-api/services.ts";
import { makeIncidentLists } from "../../shared/incidents/index.ts";
import { newId } from "../../shared/platform/ids.ts";
import { answer } from "../../shared/platform/lambda/http-door.ts";
import { makeServiceStore } from "../../shared/services/index.ts";
import { Service, ServiceGraph, ServiceList } from "../../shared/services/schemas.ts";
import { routeAccess } from "../../shared/tenancy/permissions.ts";
import { type AnalysisWorld, aCtx, aSignal, makeAnalysisWorld, openIncident } from "../analysis/builders.ts";
import { aLog } from "../platform/builders.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { aRequest } from "../tenancy/builders.ts";

let testTable: TestTable;
let world: AnalysisWorld;
beforeAll(async () => {
  testTable = await startTestTable(() => Date.now());
  world = makeAnalysisWorld(testTable.table);
});
afterAll(() => testTable.stop());

const scopes = ["read", "operate"] as const;

/** Asks as one who is narrowed to these projects; null = to none. */
function ask(tenantId: string, projects: readonly string[] | null = null) {
  const services = () =>
    ({
      services: makeServiceStore(testTable.table),
      lists: makeIncidentLists(testTable.table),
      log: aLog(),
      authenticate: async () => ({ tenantId, actor: { kind: "key", id: "key_1" }, scopes, projects }),
    }) as unknown as Services;
  return async (routeKey: string, given: { name?: string; project?: string; json?: unknown } = {}) => {
    const [method = "", path = ""] = routeKey.split(" ");
    const { name, project, json } = given;
    return answer(
      { services, routes, access: routeAccess },
      aRequest({
        ...{ method, path, body: Buffer.from(json === undefined ? "" : JSON.stringify(json)) },
        ...(name === undefined ? {} : { params: { name } }),
        query: project === undefined ? {} : { project },
      }),
      routeKey,
    );
  };
}

/** A shop in each of three projects, each with what it calls and an open incident. */
async function threeShops() {
  const ctx = aCtx({ tenantId: newId("tenant") });
  for (const project of ["default", "north", "south"]) {
    const json = { owner: `team ${project}`, dependencies: [`bank-${project}`] };
    await ask(ctx.tenantId)("PUT /api/services/{name}", { name: "shop", project, json });
    await openIncident(ctx, world, [
      aSignal({ project, alertId: `alt_${project}`, labels: { "service.name": "shop" } }),
    ]);
  }
  return ctx.tenantId;
}

test("who is narrowed is shown the services, calls and troubles of those projects alone", async () => {
  const narrowed = ask(await threeShops(), ["north"]);

  const list = ServiceList.parse((await narrowed("GET /api/services")).body);
  const graph = ServiceGraph.parse((await narrowed("GET /api/services/graph")).body);

  expect(list.items.map(({ project, name }) => [project, name])).toEqual([["north", "shop"]]);
  expect(graph.nodes).toMatchObject([
    { project: "north", service: "bank-north", openIncidents: 0 },
    { project: "north", service: "shop", openIncidents: 1, severity: "critical" },
  ]);
  expect(graph.edges).toEqual([
    { project: "north", caller: "shop", callee: "bank-north", known: "declared" },
  ]);
});

test("who is not narrowed is shown all, each with its project and its own trouble", async () => {
  const graph = ServiceGraph.parse((await ask(await threeShops())("GET /api/services/graph")).body);

  const shops = graph.nodes.filter(({ service }) => service === "shop");
  expect(shops.map(({ project, owner, openIncidents }) => [project, owner, openIncidents])).toEqual([
    ["default", "team default", 1],
    ["north", "team north", 1],
    ["south", "team south", 1],
  ]);
});

test("without a project the only one of who is narrowed is meant, else the default one", async () => {
  const tenantId = await threeShops();
  const ownerFor = async (projects: string[] | null) =>
    Service.parse((await ask(tenantId, projects)("GET /api/services/{name}", { name: "shop" })).body).owner;

  expect(await ownerFor(["north"])).toBe("team north");
  expect(await ownerFor(null)).toBe("team default");
  expect(await ownerFor(["default", "south"])).toBe("team default");
});

test("another project's service is not there, and neither declared nor removed", async () => {
  const tenantId = await threeShops();
  const narrowed = ask(tenantId, ["north"]);
  const foreign = { name: "shop", project: "south" };

  const statuses = [
    await narrowed("GET /api/services/{name}", foreign),
    await narrowed("PUT /api/services/{name}", { ...foreign, json: { owner: "mine now" } }),
    await narrowed("PUT /api/services/{name}", { ...foreign, name: "new", json: {} }),
    await narrowed("DELETE /api/services/{name}", foreign),
  ].map(({ status }) => status);
  const { body } = await ask(tenantId)("GET /api/services/{name}", foreign);

  expect(statuses).toEqual([404, 403, 403, 404]);
  expect(Service.parse(body).owner).toBe("team south");
});

test("who is narrowed declares and removes a service of the own project, and no other of its name", async () => {
  const tenantId = await threeShops();
  const narrowed = ask(tenantId, ["north"]);
  const name = "shop";

  const put = await narrowed("PUT /api/services/{name}", { name, json: { owner: "mine now" } });
  const removed = await narrowed("DELETE /api/services/{name}", { name });

  const { items } = ServiceList.parse((await ask(tenantId)("GET /api/services")).body);
  expect(Service.parse(put.body)).toMatchObject({ project: "north", owner: "mine now" });
  expect(removed.status).toBe(204);
  expect(items.map(({ project, owner }) => [project, owner])).toEqual([
    ["default", "team default"],
    ["south", "team south"],
  ]);
});

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { routes } from "../../functions/anomalies-api/routes.ts";
import type { Services } from "../../functions/anomalies-api/services.ts";
import { makeDetectorStore } from "../../shared/anomalies/detector-store.ts";
import {
  Anomaly,
  AnomalyDecisionList,
  AnomalyList,
  BandsResult,
  DetectorList,
  VectorList,
  VectorView,
} from "../../shared/anomalies/schemas.ts";
import type { HttpRequest } from "../../shared/platform/http/request.ts";
import { newId } from "../../shared/platform/ids.ts";
import { type Access, answer } from "../../shared/platform/lambda/http-door.ts";
import { routeAccess } from "../../shared/tenancy/permissions.ts";
import type { Sample } from "../alerts/builders.ts";
import { memoryMetrics } from "../alerts/memory-metrics.ts";
import { noiseAt } from "../anomalies/builders.ts";
import { minuteMs, type Stage, startStage } from "../anomalies/stage.ts";
import { aLog } from "../platform/builders.ts";
import { aRequest } from "../tenancy/builders.ts";

let stage: Stage;
let tenant: ReturnType<Stage["tenant"]>;
/** With the same service in two projects. */
let divided: ReturnType<Stage["tenant"]>;
const metrics = memoryMetrics();

/** Three metrics of one service until now; from two hours ago the first is far off for ten minutes. */
function story(labels: Record<string, string> = { "service.name": "checkout" }): Sample[] {
  const nowMinute = Math.floor(Date.now() / minuteMs);
  return Array.from({ length: 400 }, (_, i) =>
    ["latency", "errors", "load"].map((name, k) => ({
      atMs: (nowMinute - 400 + i) * minuteMs + 1_000,
      value: 100 + noiseAt(i * 31 + k * 977) + (k === 0 && i >= 280 && i < 290 ? 60 : 0),
      name,
      labels,
    })),
  ).flat();
}

beforeAll(async () => {
  stage = await startStage();
  tenant = stage.tenant();
  divided = stage.tenant();
  const north = story({ "service.name": "checkout", "sentinelops.project": "north" });
  metrics.keep(tenant.tenantId, story());
  metrics.keep(divided.tenantId, [...story(), ...north]);
  await tenant.feed(story(), tenant.worker());
  await divided.feed([...story(), ...north], divided.worker());
});
afterAll(() => stage.stop());

function anApi(
  tenantId: string,
  scopes: readonly Access[] = ["read", "operate"],
  projects: readonly string[] | null = null,
) {
  const worker = tenant.worker();
  const services = () =>
    ({
      ...worker,
      detectors: makeDetectorStore(stage.table),
      metrics: metrics.store,
      opinionOf: async () => ({ modelVersion: null, isolation: null, agrees: null }),
      log: aLog(),
      authenticate: async () => ({
        tenantId,
        actor: { kind: "key" as const, id: "key_1" },
        scopes,
        projects,
      }),
    }) as unknown as Services;
  return async (routeKey: string, given: Partial<HttpRequest> & { json?: unknown } = {}) => {
    const [method = "", path = ""] = routeKey.split(" ");
    const { json, ...rest } = given;
    const body = Buffer.from(json === undefined ? "" : JSON.stringify(json));
    return answer(
      { services, routes, access: routeAccess },
      aRequest({ method, path, body, ...rest }),
      routeKey,
    );
  };
}

async function theAnomaly(): Promise<Anomaly> {
  const { body } = await anApi(tenant.tenantId)("GET /api/anomalies", { query: { kind: "metric" } });
  const [anomaly] = AnomalyList.parse(body).items.filter(({ metric }) => metric === "latency");
  if (!anomaly) throw new Error("The story has an anomaly, and it was not found.");
  return anomaly;
}

describe("what is unusual", () => {
  test("is listed with what, where, how much and since when, and filtered", async () => {
    const ask = anApi(tenant.tenantId);

    expect(await theAnomaly()).toMatchObject({ service: "checkout", metric: "latency", state: "ended" });
    for (const query of [{ service: "web" }, { metric: "load", state: "open" }, { to: "-1d", from: "-2d" }]) {
      const { status, body } = await ask("GET /api/anomalies", { query });
      expect([status, AnomalyList.parse(body).items]).toEqual([200, []]);
    }
  });

  test("pages, and a cursor is the tenant's own", async () => {
    const ask = anApi(tenant.tenantId);
    const all = AnomalyList.parse(
      (await ask("GET /api/anomalies", { query: { sensitivity: "high" } })).body,
    ).items;
    const one = await ask("GET /api/anomalies", { query: { sensitivity: "high", limit: "1" } });
    const cursor = AnomalyList.parse(one.body).cursor ?? "";

    const next = await ask("GET /api/anomalies", { query: { sensitivity: "high", cursor } });
    const foreign = await anApi("ten_other")("GET /api/anomalies", { query: { cursor } });

    expect(AnomalyList.parse(next.body).items.map(({ id }) => id)).toEqual(all.slice(1).map(({ id }) => id));
    expect(foreign.status).toBe(400);
  });

  test("comes with its decisions", async () => {
    const { id } = await theAnomaly();

    const { body } = await anApi(tenant.tenantId)("GET /api/anomalies/{id}/decisions", { params: { id } });

    const { items } = AnomalyDecisionList.parse(body);
    expect(items.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(["detected", "ended"]));
    expect(items.at(-1)?.reason).toContain("Its class has passed");
  });
});

test("bands lie around what was ordinary, and the anomaly outside of them", async () => {
  const query = { name: "latency", from: "-3h" };

  const { status, body } = await anApi(tenant.tenantId)("GET /api/anomalies/bands", { query });

  const bands = BandsResult.parse(body);
  const [series] = bands.series;
  expect(status).toBe(200);
  expect(bands.anomalies.map(({ metric }) => metric)).toEqual(["latency"]);
  const outside = bands.timesMs.filter(
    (_, i) => (series?.values[i] ?? 0) > (series?.high[i] ?? Number.MAX_VALUE),
  );
  expect(outside.length).toBeGreaterThan(0);
  expect(outside.length).toBeLessThan(30);
  for (const column of [series?.expected, series?.low, series?.high, series?.score]) {
    expect(column).toHaveLength(bands.timesMs.length);
  }
});

test("a service is seen as a whole, with each metric's part", async () => {
  const ask = anApi(tenant.tenantId);

  const list = VectorList.parse((await ask("GET /api/anomalies/vectors")).body);
  const params = { service: "checkout" };
  const view = VectorView.parse(
    (await ask("GET /api/anomalies/vectors/{service}", { params, query: { from: "-3h" } })).body,
  );

  expect(list.items).toMatchObject([{ service: "checkout", metricCount: 3 }]);
  expect(view.metrics.map(({ metric }) => metric).sort()).toEqual(["errors", "latency", "load"]);
  for (const { strangeness } of view.metrics) expect(strangeness).toHaveLength(view.timesMs.length);
  expect(Math.max(...view.score.map((score) => score ?? 0))).toBeGreaterThan(view.thresholds.medium);
});

describe("who is narrowed to a project", () => {
  const narrowedTo = (...projects: string[]) => anApi(divided.tenantId, ["read", "operate"], projects);
  const params = { service: "checkout" };

  test("sees its services as a whole, and of one of its own its own metrics", async () => {
    const ask = narrowedTo("north");

    const list = VectorList.parse((await ask("GET /api/anomalies/vectors")).body);
    const view = VectorView.parse((await ask("GET /api/anomalies/vectors/{service}", { params })).body);

    expect(list.items.map(({ project, service }) => [project, service])).toEqual([["north", "checkout"]]);
    expect(view.project).toBe("north");
    for (const { labels } of [...view.metrics, ...view.anomalies]) {
      expect(labels["sentinelops.project"]).toBe("north");
    }
    expect(view.metrics).toHaveLength(3);
  });

  test("does not find another's service of the same name, and who is not narrowed finds both", async () => {
    const ask = async (by: ReturnType<typeof narrowedTo>, project: string) =>
      (await by("GET /api/anomalies/vectors/{service}", { params, query: { project } })).status;
    const all = anApi(divided.tenantId);

    expect(await ask(narrowedTo("north"), "default")).toBe(404);
    expect(await ask(narrowedTo("default"), "north")).toBe(404);
    expect(await ask(narrowedTo("default"), "default")).toBe(200);
    expect([await ask(all, "default"), await ask(all, "north")]).toEqual([200, 200]);
    expect(VectorList.parse((await all("GET /api/anomalies/vectors")).body).items).toHaveLength(2);
  });

  test("sees the anomalies of its series and services alone, and judges no others", async () => {
    const found = async (by: ReturnType<typeof narrowedTo>) =>
      AnomalyList.parse((await by("GET /api/anomalies", { query: { sensitivity: "high" } })).body).items;
    const all = await found(anApi(divided.tenantId));
    const projectOf = ({ labels }: Anomaly) => labels["sentinelops.project"] ?? "default";

    for (const [project, other] of [
      ["north", "default"],
      ["default", "north"],
    ] as const) {
      const own = all.filter((one) => projectOf(one) === project);
      expect(new Set(own.map(({ kind }) => kind))).toEqual(new Set(["metric", "vector"]));
      expect(await found(narrowedTo(project))).toEqual(own);
      for (const { id } of all.filter((one) => projectOf(one) === other)) {
        const given = { params: { id } };
        expect((await narrowedTo(project)("GET /api/anomalies/{id}", given)).status).toBe(404);
        const judged = await narrowedTo(project)("POST /api/anomalies/{id}/dismiss", { ...given, json: {} });
        expect(judged.status).toBe(404);
      }
    }
  });

  test("does not see an anomaly to which another project's metrics contributed", async () => {
    const [anomaly] = (await divided.anomalies.list(divided.tenantId, { from: "2", to: "3" }, 50)).items;
    const id = newId("anomaly");
    const labels = { "service.name": "checkout" };
    const contributions = [
      { metric: "load", labels: { ...labels, "sentinelops.project": "north" }, share: 1 },
    ];
    const mixed = { ...(anomaly as Anomaly), id, labels, contributions, version: 1 };
    const past = { startedAt: "2020-01-01T00:00:00.000Z", endedAt: "2099-01-01T00:00:00.000Z" };
    await divided.anomalies.save(divided.tenantId, { ...mixed, ...past }, null, []);

    const given = { params: { id } };
    expect((await narrowedTo("default")("GET /api/anomalies/{id}", given)).status).toBe(404);
    expect((await narrowedTo("default", "north")("GET /api/anomalies/{id}", given)).status).toBe(200);
  });
});

test.each<[string, Partial<HttpRequest>, number]>([
  ["GET /api/anomalies/vectors/{service}", { params: { service: "nowhere" } }, 404],
  ["GET /api/anomalies/vectors/{service}", { params: { service: "checkout" }, query: { from: "-9d" } }, 400],
  ["GET /api/anomalies/bands", { query: {} }, 400],
  ["GET /api/anomalies/bands", { query: { name: "latency", match: "{" } }, 400],
  ["GET /api/anomalies", { query: { from: "soon" } }, 400],
  ["GET /api/anomalies/{id}", { params: { id: "ano_no" } }, 404],
  ["GET /api/anomalies/{id}", { params: { id: "x".repeat(5_000) } }, 404],
  ["GET /api/detectors/{id}", { params: { id: "x".repeat(5_000) } }, 404],
  ["POST /api/detectors/{id}/roll-back", { params: { id: "metric" }, body: Buffer.from("{}") }, 400],
])("%s of what is not there, or not well asked, says so (%#)", async (routeKey, given, status) => {
  expect((await anApi(tenant.tenantId)(routeKey, given)).status).toBe(status);
});

test("before the first round there are no detectors to show", async () => {
  const { body } = await anApi(tenant.tenantId)("GET /api/detectors");

  expect(DetectorList.parse(body).items).toEqual([]);
});

describe("feedback", () => {
  test("needs a credential that may operate", async () => {
    const { id } = await theAnomaly();

    const refused = await anApi(tenant.tenantId, ["read"])("POST /api/anomalies/{id}/dismiss", {
      params: { id },
      json: {},
    });

    expect(refused.status).toBe(403);
  });

  test("S-01: on another tenant's anomaly is 404 for every verb", async () => {
    const { id } = await theAnomaly();

    for (const verb of ["acknowledge", "resolve", "dismiss"]) {
      const routeKey = `POST /api/anomalies/{id}/${verb}`;
      expect((await anApi("ten_other")(routeKey, { params: { id }, json: {} })).status).toBe(404);
    }
    expect((await anApi("ten_other")("GET /api/anomalies/{id}", { params: { id } })).status).toBe(404);
  });

  test("S-07: holds a note and nothing else, and may be empty", async () => {
    const { id } = await theAnomaly();
    const ask = anApi(tenant.tenantId);
    const routeKey = "POST /api/anomalies/{id}/acknowledge";

    const plain = await ask(routeKey, { params: { id }, json: {} });
    const noted = await ask(routeKey, { params: { id }, json: { note: "seen" } });
    const more = await ask(routeKey, { params: { id }, json: { note: "seen", state: "open" } });

    expect([plain.status, noted.status, more.status]).toEqual([200, 200, 400]);
    expect(Anomaly.parse(noted.body).feedback.at(-1)).toMatchObject({ kind: "acknowledged", note: "seen" });
  });
});

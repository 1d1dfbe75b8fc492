import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { AlertList, AlertRule, AlertRuleList } from "../../shared/alerts/schemas.ts";
import type { VectorList } from "../../shared/anomalies/schemas.ts";
import type { Deployment, DeploymentList } from "../../shared/deployments/schemas.ts";
import type { Incident, IncidentList } from "../../shared/incidents/schemas.ts";
import type { ShownOnceKey } from "../../shared/keys/schemas.ts";
import type { MetricList, SeriesList } from "../../shared/metrics/schemas.ts";
import type {
  ChannelList,
  CreatedChannel,
  DeliveryList,
  RouteList,
} from "../../shared/notifications/schemas.ts";
import type { ServiceGraph, ServiceList } from "../../shared/services/schemas.ts";
import type { InvitationMade, ProjectList, Session } from "../../shared/tenancy/schemas.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { CookieJar, signInWith } from "../support/cookie-jar.ts";
import { type Outside, startOutside } from "../support/outside.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

/** One tenant, two projects with the same service and the same metric, and somebody narrowed to one of them. */
let runtime: Runtime;
let outside: Outside;
let api: ApiClient;
let owner: CookieJar;
let narrowed: CookieJar;
const rules: Record<string, AlertRule> = {};
const incidents: Record<string, Incident> = {};
const at = (path: string) => runtime.url + path;

beforeAll(async () => {
  outside = await startOutside();
  runtime = await startRuntime({ env: { OUTBOUND_ALLOW: outside.host } });
  api = apiClient(runtime);
  owner = new CookieJar();
  await owner.ask(runtime.dashboardUrl);
  for (const project of ["checkout", "search"]) {
    await api.ask("POST /api/projects", { projectId: project, name: project });
    rules[project] = await api.ask<AlertRule>("POST /api/alert-rules", {
      name: `Queue of ${project}`,
      project,
      metric: "queue",
      aggregate: "last",
      operator: ">",
      thresholds: { critical: 10 },
      groupBy: ["service.name"],
    });
  }
  await eventually(
    "both have an incident",
    async () => {
      await api.ingest(
        ["checkout", "search"].flatMap((project) =>
          ["queue", "wait", `only.${project}`].map((name) => ({
            name,
            value: 99,
            labels: { "service.name": "worker", "sentinelops.project": project },
          })),
        ),
      );
      const { items } = await api.ask<IncidentList>("GET /api/incidents");
      for (const incident of items) incidents[incident.project] = incident;
      return incidents["checkout"] && incidents["search"];
    },
    30_000,
  );
  const input = { email: "narrowed@example.com", role: "responder", projects: ["checkout"] };
  const made = await owner.ask(at("/api/invitations"), { method: "POST", json: input });
  narrowed = new CookieJar();
  await signInWith(narrowed, made.json<InvitationMade>().url, {
    email: input.email,
    password: "correct horse battery",
    name: "Narrow",
  });
}, 90_000);
afterAll(async () => {
  await runtime?.stop();
  await outside?.stop();
});

const seen = async <T>(path: string, by = narrowed) => (await by.ask(at(path))).json<T>();

test("the same service in two projects is two incidents, each of its own rule", () => {
  expect(incidents["checkout"]).toMatchObject({ alertCount: 1, service: "worker" });
  expect(incidents["search"]).toMatchObject({ alertCount: 1, service: "worker" });
});

test("who is narrowed sees the telemetry, rules, alerts and incidents of those projects alone", async () => {
  const series = await seen<SeriesList>("/api/metrics/queue/series");
  const metrics = await seen<MetricList>("/api/metrics");
  const alertRules = await seen<AlertRuleList>("/api/alert-rules");
  const alerts = await seen<AlertList>("/api/alerts");
  const { items, stats } = await seen<IncidentList>("/api/incidents");
  const projects = await seen<ProjectList>("/api/projects");

  expect(series.items.map(({ labels }) => labels["sentinelops.project"])).toEqual(["checkout"]);
  expect(metrics.items.map(({ name }) => name).sort()).toEqual(["only.checkout", "queue", "wait"]);
  expect(alertRules.items.map(({ project }) => project)).toEqual(["checkout"]);
  expect(alerts.items.map(({ project }) => project)).toEqual(["checkout"]);
  expect(items.map(({ project }) => project)).toEqual(["checkout"]);
  expect(stats.open).toBe(1);
  expect(projects.items.map(({ projectId }) => projectId)).toEqual(["checkout"]);
});

test("what belongs to another project is not there, and cannot be made", async () => {
  const of = (project: string) => [
    `/api/alert-rules/${rules[project]?.id}`,
    `/api/incidents/${incidents[project]?.id}`,
    `/api/incidents/${incidents[project]?.id}/timeline`,
    `/api/incidents/${incidents[project]?.id}/alerts`,
  ];
  for (const part of ["analysis", "post-mortem"]) {
    const path = `/api/incidents/${incidents["search"]?.id}/${part}`;
    expect((await narrowed.ask(at(path))).status).toBe(404);
  }
  for (const path of of("search")) expect((await narrowed.ask(at(path))).status).toBe(404);
  for (const path of of("checkout")) expect((await narrowed.ask(at(path))).status).toBe(200);

  const comment = { method: "POST", json: { text: "mine now" } };
  const foreign = at(`/api/incidents/${incidents["search"]?.id}/comments`);
  expect((await narrowed.ask(foreign, comment)).status).toBe(404);
  const {
    id: _id,
    version: _version,
    createdAt: _c,
    updatedAt: _u,
    updatedBy: _b,
    ...rule
  } = rules["search"] ?? {};
  expect((await narrowed.ask(at("/api/alert-rules"), { method: "POST", json: rule })).status).toBe(403);
});

test("the services of other projects are neither seen nor changed, learned or watched as a whole", async () => {
  await runtime.fire("services-learn");
  await eventually(
    "both are watched",
    async () => (await api.ask<VectorList>("GET /api/anomalies/vectors")).items.length === 2,
    30_000,
  );

  const services = await seen<ServiceList>("/api/services");
  const graph = await seen<ServiceGraph>("/api/services/graph");
  const vectors = await seen<VectorList>("/api/anomalies/vectors");
  const all = await api.ask<ServiceList>("GET /api/services");

  expect(all.items.map(({ project, name }) => [project, name])).toEqual([
    ["checkout", "worker"],
    ["search", "worker"],
  ]);
  expect(services.items).toEqual(all.items.slice(0, 1));
  expect(graph.nodes).toMatchObject([{ project: "checkout", service: "worker", openIncidents: 1 }]);
  expect(vectors.items.map(({ project, service }) => [project, service])).toEqual([["checkout", "worker"]]);

  const put = { method: "PUT", json: { owner: "team checkout" } };
  const statuses = async (project: string) => [
    (await narrowed.ask(at(`/api/services/worker?project=${project}`))).status,
    (await narrowed.ask(at(`/api/anomalies/vectors/worker?project=${project}`))).status,
    (await narrowed.ask(at(`/api/services/worker?project=${project}`), put)).status,
  ];
  expect(await statuses("search")).toEqual([404, 404, 403]);
  expect(await statuses("checkout")).toEqual([200, 200, 200]);
  const { items } = await api.ask<ServiceList>("GET /api/services");
  expect(items.map(({ owner }) => owner)).toEqual(["team checkout", null]);
});

test("a query draws those projects alone, whatever its matcher says", async () => {
  const drawn = await seen<{ groups: { labels: Record<string, string> }[] }>(
    `/api/metrics/query?name=queue&groupBy=sentinelops.project&match=${encodeURIComponent('{sentinelops.project=~".*"}')}`,
  );

  expect(drawn.groups.map(({ labels }) => labels["sentinelops.project"])).toEqual(["checkout"]);
});

test("an owner who chooses a project looks at that one, and at all again", async () => {
  const { tenantId } = await seen<Session>("/api/session", owner);
  const choose = (project: string | null) =>
    owner.ask(at("/api/session/switch"), { method: "POST", json: { tenantId, project } });
  const projectsSeen = async () =>
    (await seen<IncidentList>("/api/incidents", owner)).items.map(({ project }) => project).sort();

  expect((await choose("search")).status).toBe(204);
  expect(await projectsSeen()).toEqual(["search"]);

  await choose(null);
  expect(await projectsSeen()).toEqual(["checkout", "search"]);
});

test("a key narrowed to a project reads no audit and makes no keys, whatever its scope", async () => {
  const made = await api.ask<ShownOnceKey>("POST /api/keys", {
    name: "narrowed",
    scopes: ["admin", "read"],
    projectId: "checkout",
  });
  const narrow = apiClient({ ...runtime, adminKey: made.text });

  expect((await narrow.ask<IncidentList>("GET /api/incidents")).items).toHaveLength(1);
  for (const path of ["/api/audit", "/api/audit/statistics"]) {
    await expect(narrow.ask(`GET ${path}`)).rejects.toThrow("narrowed to checkout");
  }
  await expect(narrow.ask("POST /api/keys", { name: "wide", scopes: ["admin"] })).rejects.toThrow(
    "narrowed to checkout",
  );
});

test("a webhook of who is narrowed gets the incidents of those projects and no other's, by whatever route", async () => {
  const write = async <T>(path: string, json: unknown) =>
    (await narrowed.ask(at(path), { method: "POST", json })).json<T>();
  const hook = (path: string) => ({ kind: "webhook", name: path, url: `${outside.url}/${path}` });
  await api.ask<CreatedChannel>("POST /api/channels", hook("everything"));
  const own = await write<CreatedChannel>("/api/channels", hook("own"));
  await write("/api/notification-routes", { name: "all I can get", match: "{}", channelIds: [own.id] });
  for (const project of ["checkout", "search"]) {
    await api.ask<AlertRule>("POST /api/alert-rules", {
      name: `Shelf of ${project}`,
      project,
      metric: "shelf",
      aggregate: "last",
      operator: ">",
      thresholds: { critical: 10 },
      groupBy: ["service.name"],
    });
  }

  await eventually(
    "both are told to who gets everything",
    async () => {
      await api.ingest(
        ["checkout", "search"].map((project) => ({
          name: "shelf",
          value: 99,
          labels: { "service.name": "shelves", "sentinelops.project": project },
        })),
      );
      return outside.received("/everything").length >= 2;
    },
    30_000,
  );
  await eventually("the own one is told", () => outside.received("/own").length > 0);

  const { items: all } = await api.ask<IncidentList>("GET /api/incidents");
  const shelves = all.filter(({ service }) => service === "shelves");
  const theirs = shelves.find(({ project }) => project === "search");
  const leftOut = await eventually("it is on record that the other was not", async () => {
    const path = `/api/deliveries?channelId=${own.id}&incidentId=${theirs?.id}`;
    return (await api.ask<DeliveryList>(`GET ${path}`)).items[0];
  });
  expect(shelves.map(({ project }) => project).sort()).toEqual(["checkout", "search"]);
  expect(leftOut).toMatchObject({
    state: "suppressed",
    reason: "The channel is of project checkout, the incident of search.",
  });
  expect(outside.received("/own").map(({ body }) => JSON.parse(body).data.incident.project)).toEqual([
    "checkout",
  ]);
  const deliveries = await seen<DeliveryList>("/api/deliveries");
  expect(new Set(deliveries.items.map(({ project }) => project))).toEqual(new Set(["checkout"]));
  const { items: channels } = await seen<ChannelList>("/api/channels");
  expect(channels.map(({ name, project }) => [name, project])).toEqual([
    ["everything", null],
    ["own", "checkout"],
  ]);
  const { items: routes } = await seen<RouteList>("/api/notification-routes");
  const whole = routes.find(({ project }) => project === null);
  expect((await narrowed.ask(at("/local/inbox"))).status).toBe(403);
  for (const path of [`/api/channels/${channels[0]?.id}`, `/api/notification-routes/${whole?.id}`]) {
    const refused = await narrowed.ask(at(path), { method: "DELETE" });
    expect([refused.status, refused.json<{ detail: string }>().detail]).toEqual([
      403,
      expect.stringContaining("is the whole tenant's"),
    ]);
  }
});

test("a pipeline's key that is narrowed tells of its own project's deployments, which others do not see", async () => {
  const { text: pipelineKey } = await api.ask<ShownOnceKey>("POST /api/keys", {
    name: "pipeline of search",
    scopes: ["ingest"],
    projectId: "search",
  });
  const pipeline = apiClient({ ...runtime, adminKey: pipelineKey });
  const input = { id: "run/1", service: "worker", version: "2" };

  const theirs = await pipeline.ask<Deployment>("POST /api/deployments", input);
  const ours = await api.ask<Deployment>("POST /api/deployments", { ...input, project: "checkout" });

  expect(theirs).toMatchObject({ project: "search", externalId: "run/1" });
  expect((await seen<DeploymentList>("/api/deployments")).items).toEqual([ours]);
  expect((await narrowed.ask(at(`/api/deployments/${theirs.id}`))).status).toBe(404);
  await expect(pipeline.ask("POST /api/deployments", { ...input, project: "checkout" })).rejects.toThrow(
    "narrowed to search, not checkout",
  );
});

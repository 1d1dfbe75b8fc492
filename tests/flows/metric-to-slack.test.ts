import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { OTLPMetricExporter as JsonMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { Webhook } from "standardwebhooks";
import type { Alert, AlertDecisionList, AlertList, AlertRule } from "../../shared/alerts/schemas.ts";
import type { Incident, IncidentList, Timeline } from "../../shared/incidents/schemas.ts";
import type { MetricQueryResult } from "../../shared/metrics/schemas.ts";
import type { Channel, CreatedChannel, DeliveryList } from "../../shared/notifications/schemas.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { meter } from "../support/otlp-meter.ts";
import { type Outside, startOutside } from "../support/outside.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

let runtime: Runtime;
let outside: Outside;
const sentTo = (path: string) => outside.requests.filter((request) => request.path === path);
let api: ApiClient;

beforeAll(async () => {
  outside = await startOutside();
  runtime = await startRuntime({ env: { OUTBOUND_ALLOW: outside.host } });
  api = apiClient(runtime);
}, 60_000);
afterAll(async () => {
  await runtime?.stop();
  await outside?.stop();
});

test("a metric over its threshold becomes one Slack message and one signed webhook, and both hear when it is over", async () => {
  await api.ask<Channel>("POST /api/channels", {
    kind: "slack",
    name: "on call",
    webhookUrl: `${outside.url}/slack`,
  });
  const hook = await api.ask<CreatedChannel>("POST /api/channels", {
    kind: "webhook",
    name: "pager",
    url: `${outside.url}/hook`,
  });
  const channels = (await api.ask<{ items: Channel[] }>("GET /api/channels")).items.map(
    (channel) => channel.id,
  );
  const routes = await api.ask<{ items: { id: string }[] }>("GET /api/notification-routes");
  for (const route of routes.items) await api.ask(`DELETE /api/notification-routes/${route.id}`);
  await api.ask("POST /api/notification-routes", { name: "everything", channelIds: channels });
  const rule = await api.ask<AlertRule>("POST /api/alert-rules", {
    name: "Queue too long",
    metric: "shop.queue.depth",
    match: '{service.name="checkout"}',
    aggregate: "last",
    windowMs: 60_000,
    operator: ">",
    thresholds: { critical: 100 },
    groupBy: ["service.name"],
    annotations: {
      summary: "{{ labels.service.name }} has {{ value }} orders waiting (limit {{ threshold }})",
    },
  });
  let depth = 5;
  const provider = meter(new OTLPMetricExporter(endpointOf(runtime)), "checkout", () => depth);

  await provider.forceFlush();
  depth = 250;
  await provider.forceFlush();
  await eventually("one Slack message", () => sentTo("/slack").length === 1);
  await eventually("one webhook", () => sentTo("/hook").length === 1);
  const [alert] = (await api.ask<AlertList>(`GET /api/alerts?ruleId=${rule.id}&state=firing`)).items as [
    Alert,
  ];
  const [incident] = (await api.ask<IncidentList>("GET /api/incidents?state=open")).items as [Incident];

  expect(alert).toMatchObject({
    severity: "critical",
    value: 250,
    threshold: 100,
    labels: { "service.name": "checkout" },
  });
  expect(incident).toMatchObject({
    state: "DETECTED",
    severity: "critical",
    service: "checkout",
    firingCount: 1,
  });
  const slack = sentTo("/slack")[0];
  expect(slack?.body).toContain("Queue too long");
  const signed = sentTo("/hook")[0];
  const payload = new Webhook(hook.secret ?? "").verify(
    signed?.body ?? "",
    (signed?.headers ?? {}) as Record<string, string>,
  );
  expect(JSON.stringify(payload)).toContain(incident.id);
  const decisions = await api.ask<AlertDecisionList>(`GET /api/alerts/${alert.id}/decisions`);
  expect(decisions.items.map((decision) => decision.outcome)).toContain("fired");

  depth = 3;
  await provider.forceFlush();
  await eventually("Slack hears it is over", () => sentTo("/slack").length === 2);
  await eventually("the webhook hears it is over", () => sentTo("/hook").length === 2);
  const resolved = await api.ask<Incident>(`GET /api/incidents/${incident.id}`);
  const timeline = await api.ask<Timeline>(`GET /api/incidents/${incident.id}/timeline`);
  const deliveries = await api.ask<DeliveryList>(`GET /api/deliveries?incidentId=${incident.id}`);
  await provider.shutdown();

  expect(resolved).toMatchObject({ state: "RESOLVED", firingCount: 0 });
  expect(timeline.items.map((entry) => entry.kind)).toEqual(expect.arrayContaining(["opened", "state"]));
  expect(deliveries.items.filter((delivery) => delivery.state === "delivered")).toHaveLength(4);
}, 40_000);

test("R-21: the official JSON exporter's points are stored as the protobuf exporter's are", async () => {
  const exporters = {
    "by-protobuf": new OTLPMetricExporter(endpointOf(runtime)),
    "by-json": new JsonMetricExporter(endpointOf(runtime)),
  };
  for (const [service, exporter] of Object.entries(exporters)) {
    const provider = meter(exporter, service, () => 7);
    await provider.forceFlush();
    await provider.shutdown();
  }

  const query =
    "GET /api/metrics/query?name=shop.queue.depth&aggregate=last&groupBy=service.name&from=-5m&stepMs=600000";
  const stored = await eventually("both stored", async () => {
    const result = await api.ask<MetricQueryResult>(query);
    const found = result.groups.filter(({ labels }) => String(labels["service.name"]).startsWith("by-"));
    return found.length === 2 && { ...result, found };
  });

  expect(stored).toMatchObject({ unit: "{order}", type: "gauge" });
  expect(stored.found.map(({ values }) => values.filter((value) => value !== null))).toEqual([[7], [7]]);
});

const endpointOf = ({ url, ingestKey }: Runtime) => ({
  url: `${url}/v1/metrics`,
  headers: { authorization: `Bearer ${ingestKey}` },
});

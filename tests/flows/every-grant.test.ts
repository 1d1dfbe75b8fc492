import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Envelope } from "../../events/envelope.ts";
import { topology } from "../../infra/topology/index.ts";
import type { TableName } from "../../infra/topology/row.ts";
import type { AlertList, AlertRule } from "../../shared/alerts/schemas.ts";
import type { DeliveryList } from "../../shared/notifications/schemas.ts";
import { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readSamples } from "../contracts/read-samples.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { databaseOf } from "../support/database.ts";
import { type Outside, startOutside } from "../support/outside.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

/** Flows that need the grants which the road of one metric to one message does not. */
let runtime: Runtime;
let outside: Outside;
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

const deliveriesIn = async (state: string) =>
  (await api.ask<DeliveryList>("GET /api/deliveries")).items.filter((delivery) => delivery.state === state);

test.each([
  ["an SMS", { kind: "sms", name: "phone", phoneNumber: "+491700000000" }],
  ["an e-mail", { kind: "email", name: "mailbox", address: "on-call@example.com" }],
])("%s leaves through SNS", async (_what, channel) => {
  const before = (await deliveriesIn("delivered")).length;
  const { id } = await api.ask<{ id: string }>("POST /api/channels", channel);

  await api.ask(`POST /api/channels/${id}/test`);

  await eventually("it is delivered", async () => (await deliveriesIn("delivered")).length > before);
});

test("a webhook that does not want a message makes it a failed one", async () => {
  const url = `${outside.url}/gone`;
  const { id } = await api.ask<{ id: string }>("POST /api/channels", { kind: "webhook", name: "gone", url });
  outside.script([], { status: 400 });

  await api.ask(`POST /api/channels/${id}/test`);

  await eventually("it has failed", async () => (await deliveriesIn("failed")).length === 1);
  outside.script([]);
});

test("a message that a busy webhook puts off waits in its own queue", async () => {
  const url = `${outside.url}/busy`;
  const { id } = await api.ask<{ id: string }>("POST /api/channels", { kind: "webhook", name: "busy", url });
  outside.script([{ status: 503 }]);

  await api.ask(`POST /api/channels/${id}/test`);

  await eventually("it waits", async () => {
    const { ready, inFlight } = await runtime.depth("notifications-deliver");
    return outside.received("/busy").length === 1 && ready === 1 && inFlight === 0;
  });
});

test("an alert that grows worse says so, and is over when its rule is deleted", async () => {
  const rule = await makeRule({
    name: "Too full",
    metric: "disk",
    thresholds: { warning: 80, critical: 95 },
  });
  const severityIs = (severity: string) => async () => {
    const { items } = await api.ask<AlertList>(`GET /api/alerts?ruleId=${rule.id}&state=firing`);
    return items[0]?.severity === severity;
  };

  await api.ingest([{ name: "disk", value: 85, labels: { "service.name": "store" } }]);
  await eventually("it warns", severityIs("warning"));
  await api.ingest([{ name: "disk", value: 99, labels: { "service.name": "store" } }]);
  await eventually("it is critical", severityIs("critical"));
  await api.ask(`DELETE /api/alert-rules/${rule.id}`);

  const incidents = async () => (await api.ask<{ items: unknown[] }>("GET /api/incidents?state=open")).items;
  await eventually("its incident is over", async () => (await incidents()).length === 0);
});

test("by the clock alone a silent series fires, and a peak that leaves its window matters less until it is over", async () => {
  const silent = await makeRule({
    name: "Silent",
    metric: "heartbeat",
    thresholds: { critical: 1_000 },
    noData: "alert",
    noDataAfterMs: 60_000,
  });
  const peak = await makeRule({
    name: "Peak",
    metric: "load",
    aggregate: "max",
    thresholds: { warning: 80, critical: 95 },
  });
  const labels = { "service.name": "clock" };
  const nowMs = Date.now();
  const points = [
    { name: "heartbeat", value: 1, timestamp: nowMs, labels },
    { name: "load", value: 99, timestamp: nowMs - 50_000, labels },
    { name: "load", value: 85, timestamp: nowMs, labels },
  ];
  const firing = async (rule: AlertRule) =>
    (await api.ask<AlertList>(`GET /api/alerts?ruleId=${rule.id}&state=firing`)).items[0]?.severity;
  // The evaluator reads its rules again every few seconds.
  await eventually("the peak is critical", async () => {
    await api.ingest(points);
    return (await firing(peak)) === "critical";
  });

  await runtime.fire("alerts-tick", nowMs + 30_000);
  const peakSoon = await firing(peak);
  await runtime.fire("alerts-tick", nowMs + 600_000);

  expect(peakSoon).toBe("warning");
  expect(await firing(peak)).toBeUndefined();
  expect(await firing(silent)).toBeDefined();
});

test("a region that can be reached says so, and compaction finds the points that came", async () => {
  await expect(api.ask("GET /v1/health")).resolves.toBeDefined();
  await expect(runtime.fire("metrics-compact")).resolves.toBeUndefined();
});

test("whatever a dead process owed is sent at the next sweep", async () => {
  const owing = topology.find(({ name }) => name === "platform-outbox");
  const domains = Object.keys(owing?.tables ?? {}) as TableName[];
  const client = databaseOf(runtime);
  const earlier = new Date(Date.now() - 60_000).toISOString();
  const samples = [...readSamples().values()].map((sample) => Envelope.parse(sample));
  for (const domain of domains) {
    const events = samples
      // What goes on record is owed by the item that changed, whichever domain's it is.
      .filter(({ source }) => source === domain || source === "audit")
      .map((event) => ({ ...event, time: earlier, tenantId: runtime.tenantId }));
    await new TenantTable(client, domain).save(runtime.tenantId, { pk: "owing", sk: "owing" }, events);
  }

  await runtime.fire("platform-outbox");

  for (const domain of domains) {
    const table = new TenantTable(client, domain);
    const item = await table.get(runtime.tenantId, { pk: "owing", sk: "owing" });
    expect(item).toEqual({ pk: "owing", sk: "owing" });
  }
  client.destroy();
});

function makeRule(rule: Record<string, unknown>): Promise<AlertRule> {
  return api.ask("POST /api/alert-rules", {
    aggregate: "last",
    operator: ">",
    groupBy: ["service.name"],
    ...rule,
  });
}

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Phase, visit } from "../../infra/local/demo/shop.ts";
import type { AlertList, AlertRule } from "../../shared/alerts/schemas.ts";
import { makeDetectorStore } from "../../shared/anomalies/detector-store.ts";
import type {
  Anomaly,
  AnomalyDecisionList,
  AnomalyList,
  DetectorList,
  VectorView,
} from "../../shared/anomalies/schemas.ts";
import { Random } from "../../shared/anomalies/synthetic-faults.ts";
import type { IncidentAlertList, IncidentList } from "../../shared/incidents/schemas.ts";
import { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { type ApiClient, apiClient, eventually, type PlainPoint } from "../support/api-client.ts";
import { databaseOf } from "../support/database.ts";
import { type FakeOpenai, startFakeOpenai } from "../support/fake-openai.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

const minuteMs = 60_000;
const visitsAMinute = 60;
/** Within the day that senders may be late. */
const quietMinutes = 1_260;
const leakingMinutes = 90;
const boundsS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

let fake: FakeOpenai;
let runtime: Runtime;
let api: ApiClient;
beforeAll(async () => {
  fake = await startFakeOpenai();
  fake.say(() => ({ anomaly: true, type: "trend", severity: "warning", line: "Answers get slower." }));
  runtime = await startRuntime({
    env: { AI_BASE_URL: fake.baseUrl, AI_MODEL: "gpt-4o", AI_API_KEY: "key", OUTBOUND_ALLOW: fake.allow },
    functions: [
      "ingest-api",
      "metrics-write",
      "alerts-evaluate",
      "alerts-api",
      "anomalies-detect",
      "anomalies-refit",
      "anomalies-api",
      "analysis-explain",
      "incidents-correlate",
      "incidents-api",
    ],
  });
  api = apiClient(runtime);
}, 60_000);
afterAll(async () => {
  await runtime?.stop();
  await fake?.stop();
});

const random = new Random("shop");

/** What the shop's services tell of one minute: how long their answers took, as OpenTelemetry sends it. */
function minuteOf(phase: Phase, startMs: number, into: number) {
  const calls = Array.from({ length: visitsAMinute }, () =>
    visit(phase, () => random.uniform(), into),
  ).flat();
  return [...Map.groupBy(calls, ({ service }) => service)].map(([service, own]) => ({
    resource: {
      attributes: [
        { key: "service.name", value: { stringValue: service } },
        { key: "service.namespace", value: { stringValue: "shop" } },
      ],
    },
    scopeMetrics: [
      {
        metrics: [
          {
            name: "http.server.request.duration",
            unit: "s",
            histogram: {
              aggregationTemporality: 1,
              dataPoints: [...Map.groupBy(own, ({ route }) => route)].map(([route, answers]) => ({
                attributes: [{ key: "http.route", value: { stringValue: route } }],
                startTimeUnixNano: `${startMs}000000`,
                timeUnixNano: `${startMs + minuteMs - 1}000000`,
                count: String(answers.length),
                sum: answers.reduce((sum, { durationS }) => sum + durationS, 0),
                explicitBounds: boundsS,
                bucketCounts: countsOf(answers.map(({ durationS }) => durationS)),
              })),
            },
          },
        ],
      },
    ],
  }));
}

function countsOf(durations: readonly number[]): string[] {
  const counts = new Array<number>(boundsS.length + 1).fill(0);
  for (const duration of durations) {
    const bucket = boundsS.findIndex((bound) => duration <= bound);
    const at = bucket < 0 ? boundsS.length : bucket;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts.map(String);
}

async function tell(phase: Phase, fromMs: number, from: number, to: number): Promise<void> {
  const resourceMetrics = [];
  for (let minute = from; minute < to; minute++) {
    resourceMetrics.push(...minuteOf(phase, fromMs + minute * minuteMs, minute));
  }
  const answer = await fetch(`${runtime.url}/v1/metrics`, {
    method: "POST",
    headers: { authorization: `Bearer ${runtime.ingestKey}`, "content-type": "application/json" },
    body: JSON.stringify({ resourceMetrics }),
  });
  expect(answer.status).toBe(200);
  await worked();
}

/** Everything that was told has been stored, judged and, where it was unusual, brought into an incident. */
async function worked(): Promise<void> {
  const queues = ["metrics-write", "anomalies-detect", "alerts-evaluate", "incidents-correlate"];
  await eventually("the queues are empty", async () => {
    for (const queue of queues) {
      const { ready, inFlight } = await runtime.depth(queue);
      if (ready + inFlight > 0) return false;
    }
    return true;
  });
}

/** One gauge for each minute, with noise; `far` is where it goes in the last minutes. */
function gauges(service: string, name: string, endMs: number, count: number, far: number): PlainPoint[] {
  return Array.from({ length: count }, (_, i) => ({
    name,
    value: 100 + random.normal() + (i >= count - 3 ? far : 0),
    timestamp: endMs - (count - i) * minuteMs,
    labels: { "service.name": service },
  }));
}

const vitals = ["cpu", "memory", "load", "sockets"];

test("the shop's slow leak is found, and opens the incident that the threshold joins later", async () => {
  const leakMs = Math.floor(Date.now() / minuteMs) * minuteMs - leakingMinutes * minuteMs;
  const quietMs = leakMs - quietMinutes * minuteMs;
  for (let minute = 0; minute < quietMinutes; minute += 210) {
    await tell("good", quietMs, minute, minute + 210);
  }
  const nowMs = Date.now();
  await api.ingest(vitals.flatMap((name) => gauges("machine", name, nowMs - 30 * minuteMs, 300, 0)));
  await worked();
  await runtime.fire("anomalies-refit");
  const detectors = await api.ask<DetectorList>("GET /api/detectors");
  const metric = detectors.items.find(({ id }) => id === "metric");
  expect(metric?.pagingClasses).toContain("mean/time/none");
  const slow = await api.ask<AlertRule>("POST /api/alert-rules", {
    name: "Answers are slow",
    metric: "http.server.request.duration",
    aggregate: "p95",
    windowMs: 300_000,
    operator: ">",
    thresholds: { warning: 1 },
    groupBy: ["service.name"],
  });
  await api.ask("POST /api/alert-rules", {
    type: "anomaly",
    name: "Unlike itself",
    match: '{service.namespace="shop"}',
  });
  const madeMs = performance.now();
  // Rules and gates that are new are known everywhere within seconds.
  await eventually("the rules are known", () => performance.now() - madeMs > 2_500);
  const incidentOf = async (service: string) =>
    (await api.ask<IncidentList>(`GET /api/incidents?service=${service}`)).items;
  const alertsOf = async (ruleId: string) =>
    (await api.ask<AlertList>(`GET /api/alerts?state=firing&ruleId=${ruleId}`)).items;

  let told = 0;
  for (; told < leakingMinutes && (await incidentOf("payments")).length === 0; told += 5) {
    await tell("leaking", leakMs, told, told + 5);
  }

  expect(await alertsOf(slow.id)).toEqual([]);
  const [incident, ...others] = await incidentOf("payments");
  expect(others).toEqual([]);
  expect(incident?.title).toBe("Unlike itself on payments");
  const [anomaly] = (await api.ask<AnomalyList>("GET /api/anomalies?service=payments&mode=paging&state=open"))
    .items;
  expect(anomaly).toMatchObject({ metric: "http.server.request.duration", metricClass: "mean/time/none" });
  expect(Date.parse(anomaly?.startedAt ?? "")).toBeGreaterThanOrEqual(leakMs);

  for (; told < leakingMinutes; told += 5) await tell("leaking", leakMs, told, told + 5);
  const members = await api.ask<IncidentAlertList>(`GET /api/incidents/${incident?.id}/alerts`);

  expect(await incidentOf("payments")).toHaveLength(1);
  const byRule = new Map(members.items.map((alert) => [alert.ruleName, alert]));
  const [unlike, threshold] = [byRule.get("Unlike itself"), byRule.get("Answers are slow")];
  expect(Date.parse(unlike?.startedAt ?? "")).toBeLessThan(Date.parse(threshold?.startedAt ?? ""));
  const { items } = await api.ask<AnomalyDecisionList>(`GET /api/anomalies/${anomaly?.id}/decisions`);
  expect(items.at(-1)).toMatchObject({ outcome: "detected", mode: "paging" });
}, 90_000);

test("a model's guess stands beside an anomaly that may page, and beside no other", async () => {
  const { items } = await api.ask<AnomalyList>("GET /api/anomalies?sensitivity=high&limit=200");
  const guesses = await eventually("every paging anomaly has its guess", async () => {
    const now = await Promise.all(items.map(({ id }) => api.ask<Anomaly>(`GET /api/anomalies/${id}`)));
    return now.every(({ mode, triage }) => mode === "shadow" || triage !== null) && now;
  });

  const paging = guesses.filter(({ mode }) => mode === "paging");
  expect(paging.length).toBeGreaterThan(0);
  expect(paging[0]?.triage).toMatchObject({ text: "Answers get slower.", kind: "trend" });
  for (const { mode, triage } of guesses) if (mode === "shadow") expect(triage).toBeNull();
});

test("an anomaly that a person dismisses ends at once, and so does its alert", async () => {
  const [anomaly] = (await api.ask<AnomalyList>("GET /api/anomalies?service=payments&mode=paging&state=open"))
    .items;

  await api.ask(`POST /api/anomalies/${anomaly?.id}/dismiss`, { note: "a sale" });
  await worked();

  const firing = (await api.ask<AlertList>("GET /api/alerts?state=firing&label=service.name=payments")).items;
  expect(firing.map(({ ruleName }) => ruleName)).not.toContain("Unlike itself");
});

test("a service whose metrics stray together is told as one, with its forest's second opinion", async () => {
  const endMs = Date.now();
  await api.ingest(vitals.flatMap((name) => gauges("machine", name, endMs, 30, 60)));
  await worked();
  // A row is looked at once the next minute has begun.
  for (const name of vitals) {
    await api.ingest([
      { name, value: 160, timestamp: endMs + minuteMs, labels: { "service.name": "machine" } },
    ]);
  }
  await worked();

  const { items } = await api.ask<AnomalyList>(
    "GET /api/anomalies?service=machine&kind=vector&sensitivity=high",
  );

  expect(items[0]).toMatchObject({ mode: "shadow", secondOpinion: { modelVersion: 1, agrees: true } });
  expect(items[0]?.contributions.length).toBeGreaterThan(1);
  const view = await api.ask<VectorView>("GET /api/anomalies/vectors/machine?from=-1h");
  expect(view.metrics.map(({ metric }) => metric).sort()).toEqual([...vitals].sort());
});

test("an anomaly whose series stops sending is ended by the clock", async () => {
  await api.ingest(gauges("gone", "heat", Date.now() - 90 * minuteMs, 240, 50));
  await worked();
  const found = async () => (await api.ask<AnomalyList>("GET /api/anomalies?service=gone")).items[0];
  expect(await found()).toMatchObject({ state: "open" });

  await runtime.fire("anomalies-refit");

  expect(await found()).toMatchObject({ state: "ended", outcome: "silent" });
});

test("the next day's round grows each forest anew", async () => {
  const detectors = makeDetectorStore(new TenantTable(databaseOf(runtime), "anomalies"));
  for (const record of await detectors.list(runtime.tenantId)) {
    const fittedMs = record.fittedMs - 25 * 60 * minuteMs;
    await detectors.save(runtime.tenantId, { ...record, fittedMs, version: record.version + 1 });
  }

  await runtime.fire("anomalies-refit");

  const { items } = await api.ask<DetectorList>("GET /api/detectors");
  const forest = items.find(({ kind, service }) => kind === "forest" && service === "machine");
  expect(forest?.versions.map(({ version }) => version)).toEqual([2, 1]);
});

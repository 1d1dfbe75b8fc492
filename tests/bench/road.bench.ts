import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { topology } from "../../infra/topology/index.ts";
import type { MetricQueryResult } from "../../shared/metrics/schemas.ts";
import type { Channel } from "../../shared/notifications/schemas.ts";
import { fleetExport } from "../ingest/fleet.ts";
import { toProtobuf } from "../ingest/otlp-reference.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { startOutside } from "../support/outside.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";
import type { BenchRow } from "./row.ts";

/**
 * The platform pages a handful of times when a rule trips everywhere and folds what one channel gets in a
 * minute, so a hundred single messages take this many rules, services of each and channels.
 */
const channels = 11;
const rulesPerChannel = 2;
const servicesPerRule = 5;
/** Twenty hosts of fifty series, a round every 15 s; the first half hour warms the functions, the rest counts. */
const hosts = 20;
const pointsPerRound = 1_000;
/** Everything that reads points off the bus. */
const consumers = topology.flatMap(({ name, trigger }) =>
  trigger.kind === "queue" && trigger.types.includes("metrics.received.v1") ? [name] : [],
);
const roundCount = 420;
const warmRounds = 120;
const intervalMs = 15_000;
const senders = 8;
/** In every round, on every host: what is not a histogram, whose points a count would multiply. */
const pointsPerHost = new Map([
  ["system.cpu.time", 16],
  ["system.cpu.utilization", 4],
  ["system.memory.usage", 4],
  ["system.disk.io", 4],
  ["system.disk.operations", 4],
  ["system.network.io", 4],
  ["system.network.errors", 4],
  ["system.filesystem.utilization", 1],
  ["system.load.1m", 1],
  ["http.server.requests", 6],
]);

export const rows: BenchRow[] = [
  {
    name: "POST to webhook received, p99",
    unit: "s",
    must: 1,
    aim: 0.3,
    measure: postToWebhookP99S,
  },
  {
    name: "sustained on the laptop end to end",
    unit: "points/s",
    must: 10_000,
    aim: 100_000,
    better: "higher",
    measure: sustainedPointsPerS,
  },
];

/** One point over a threshold at a time, each of a service of its own, so each is an incident and a message. */
async function postToWebhookP99S(): Promise<number> {
  const outside = await startOutside();
  const runtime = await startRuntime({ env: { OUTBOUND_ALLOW: outside.host } });
  try {
    const api = apiClient(runtime);
    const points = await prepareAlerts(api, `${outside.url}/hook`);
    await runtime.warm();
    const times: number[] = [];
    for (const point of points) {
      const service = point.labels["service.name"];
      const startMs = performance.now();
      await api.ingest([point]);
      while (!outside.requests.some(({ body }) => body.includes(service))) {
        await outside.waitFor(outside.requests.length + 1);
      }
      times.push(performance.now() - startMs);
    }
    // The first channel's messages find every function cold in its caches.
    const sorted = times.slice(rulesPerChannel * servicesPerRule).sort((a, b) => a - b);
    return (sorted[Math.ceil(0.99 * sorted.length) - 1] ?? 0) / 1000;
  } finally {
    await runtime.stop();
    await outside.stop();
  }
}

/** Rules, channels and routes; returns the points that will each make one message. */
async function prepareAlerts(api: ApiClient, url: string) {
  const points: { name: string; value: number; labels: { "service.name": string } }[] = [];
  for (let c = 0; c < channels; c++) {
    const channel = await api.ask<Channel>("POST /api/channels", {
      kind: "webhook",
      name: `pager ${c}`,
      url,
    });
    await api.ask("POST /api/notification-routes", {
      name: `to pager ${c}`,
      match: `{service=~"c${c}-.*"}`,
      channelIds: [channel.id],
    });
    for (let r = 0; r < rulesPerChannel; r++) {
      const name = `bench.value.${c}.${r}`;
      await makeRule(api, name, { critical: 1 });
      for (let s = 0; s < servicesPerRule; s++) {
        points.push({ name, value: 2, labels: { "service.name": `c${c}-${randomUUID()}` } });
      }
    }
  }
  return points;
}

/** From the first POST until every queue is empty; throws when a single point is missing then. */
async function sustainedPointsPerS(): Promise<number> {
  const firstMs = Date.now() - roundCount * intervalMs;
  const bodies = Array.from({ length: roundCount }, (_, i) =>
    toProtobuf(fleetExport(hosts, firstMs + i * intervalMs, i + 1)),
  );
  const runtime = await startRuntime();
  try {
    await makeRule(apiClient(runtime), "system.load.1m", { critical: 1_000 });
    await sendAll(runtime, bodies.slice(0, warmRounds));
    await eventually("every queue is empty", () => drained(runtime), 120_000);
    const startMs = performance.now();
    await sendAll(runtime, bodies.slice(warmRounds));
    await eventually("every queue is empty", () => drained(runtime), 120_000);
    const seconds = (performance.now() - startMs) / 1000;
    await expectAllStored(runtime, firstMs);
    return ((roundCount - warmRounds) * pointsPerRound) / seconds;
  } finally {
    await runtime.stop();
  }
}

async function makeRule(api: ApiClient, metric: string, thresholds: object): Promise<void> {
  await api.ask("POST /api/alert-rules", {
    name: `Bench ${metric}`,
    metric,
    aggregate: "last",
    operator: ">",
    thresholds,
    groupBy: ["service.name"],
  });
}

/** As exporters do: over kept connections, and what is answered 503 is sent again. */
async function sendAll(runtime: Runtime, bodies: readonly Buffer[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: senders });
  const left = bodies.values();
  const send = async () => {
    for (const body of left) {
      let status = 503;
      while (status === 503) status = await post(runtime, agent, body);
      if (status !== 200) throw new Error(`A batch was answered ${status}.`);
    }
  };
  await Promise.all(Array.from({ length: senders }, send));
  agent.destroy();
}

function post({ url, ingestKey }: Runtime, agent: Agent, body: Buffer): Promise<number> {
  const headers = { authorization: `Bearer ${ingestKey}`, "content-type": "application/x-protobuf" };
  return new Promise((resolve, reject) => {
    request(`${url}/v1/metrics`, { method: "POST", agent, headers }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode ?? 0));
    })
      .on("error", reject)
      .end(body);
  });
}

async function drained(runtime: Runtime): Promise<boolean> {
  const depths = await Promise.all(consumers.map(runtime.depth));
  return depths.every(({ ready, inFlight }) => ready === 0 && inFlight === 0);
}

async function expectAllStored(runtime: Runtime, firstMs: number): Promise<void> {
  const from = firstMs - 60_000;
  const to = Date.now() + 60_000;
  for (const [name, perHost] of pointsPerHost) {
    const query = `name=${name}&aggregate=count&from=${from}&to=${to}&stepMs=60000`;
    const { groups } = await apiClient(runtime).ask<MetricQueryResult>(`GET /api/metrics/query?${query}`);
    const stored = groups
      .flatMap(({ values }) => values)
      .reduce<number>((sum, value) => sum + (value ?? 0), 0);
    const sent = roundCount * hosts * perHost;
    if (stored !== sent) throw new Error(`${name}: ${stored} points are stored of ${sent} sent.`);
  }
}

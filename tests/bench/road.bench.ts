import { randomUUID } from "node:crypto";
import type { MetricQueryResult } from "../../shared/metrics/schemas.ts";
import type { Channel } from "../../shared/notifications/schemas.ts";
import { fleetExport } from "../ingest/fleet.ts";
import { toProtobuf } from "../ingest/otlp-reference.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { startOutside } from "../support/outside.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";
import type { BenchRow } from "./row.ts";

const posts = 100;
/** Twenty hosts of fifty series, a round every 15 s for an hour and a quarter. */
const hosts = 20;
const pointsPerRound = 1_000;
const roundCount = 300;
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

/** One point over a rule's threshold at a time, each of a service of its own, so each is an incident and a message. */
async function postToWebhookP99S(): Promise<number> {
  const outside = await startOutside();
  const runtime = await startRuntime({ env: { OUTBOUND_ALLOW: outside.host } });
  try {
    const api = apiClient(runtime);
    const url = `${outside.url}/hook`;
    const channel = await api.ask<Channel>("POST /api/channels", { kind: "webhook", name: "pager", url });
    await api.ask("POST /api/notification-routes", { name: "all", channelIds: [channel.id] });
    await makeRule(api, "bench.value", { critical: 1 });
    await runtime.warm();
    const times: number[] = [];
    for (let i = -10; i < posts; i++) {
      const service = `service-${randomUUID()}`;
      const startMs = performance.now();
      await api.ingest([{ name: "bench.value", value: 2, labels: { "service.name": service } }]);
      while (!outside.requests.some(({ body }) => body.includes(service)))
        await outside.waitFor(outside.requests.length + 1);
      // The first few find every function cold in its caches.
      if (i >= 0) times.push(performance.now() - startMs);
    }
    const sorted = times.sort((a, b) => a - b);
    return (sorted[Math.ceil(0.99 * sorted.length) - 1] ?? 0) / 1000;
  } finally {
    await runtime.stop();
    await outside.stop();
  }
}

/** From the first POST until every queue is empty; throws when a single point is missing then. */
async function sustainedPointsPerS(): Promise<number> {
  const firstMs = Date.now() - roundCount * intervalMs;
  const bodies = Array.from({ length: roundCount }, (_, i) =>
    toProtobuf(fleetExport(hosts, firstMs + i * intervalMs, i + 1)),
  );
  const runtime = await startRuntime();
  try {
    await makeRule(apiClient(runtime), "system.cpu.utilization", { critical: 2 });
    await runtime.warm();
    const startMs = performance.now();
    await sendAll(runtime, bodies);
    await eventually("every queue is empty", () => drained(runtime), 120_000);
    const seconds = (performance.now() - startMs) / 1000;
    await expectAllStored(runtime, firstMs);
    return (roundCount * pointsPerRound) / seconds;
  } finally {
    await runtime.stop();
  }
}

async function makeRule(api: ApiClient, metric: string, thresholds: object): Promise<void> {
  await api.ask("POST /api/alert-rules", {
    name: "Bench",
    metric,
    aggregate: "last",
    operator: ">",
    thresholds,
    groupBy: ["service.name"],
  });
}

/** As exporters do: what is answered 503 is sent again. */
async function sendAll({ url, ingestKey }: Runtime, bodies: readonly Buffer[]): Promise<void> {
  const left = bodies.values();
  const send = async () => {
    for (const body of left) {
      for (;;) {
        const answer = await fetch(`${url}/v1/metrics`, {
          method: "POST",
          headers: { authorization: `Bearer ${ingestKey}`, "content-type": "application/x-protobuf" },
          body: new Uint8Array(body),
        });
        await answer.arrayBuffer();
        if (answer.status === 200) break;
        if (answer.status !== 503) throw new Error(`A batch was answered ${answer.status}.`);
      }
    }
  };
  await Promise.all(Array.from({ length: senders }, send));
}

async function drained(runtime: Runtime): Promise<boolean> {
  const depths = await Promise.all(["metrics-write", "alerts-evaluate"].map(runtime.depth));
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

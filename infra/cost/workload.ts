import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { healthPoints } from "../../shared/health/health-points.ts";
import { compactTenant, makeMetricStorage } from "../../shared/metrics/index.ts";
import { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { nowMs } from "../../shared/platform/clock.ts";
import { boot } from "../local/boot.ts";
import { Meter, type Reading } from "../local/metering/meter.ts";
import { topology } from "../topology/index.ts";
import type { FunctionRow } from "../topology/row.ts";
import { batchAt, intervalMs, seriesCount } from "./telemetry.ts";
import { between } from "./uses.ts";

type Runtime = Awaited<ReturnType<typeof boot>>;

/** An hour of batches, sent as fast as they are stored; compaction works by the hour too. */
const batches = 240;
/** A channel that gets more than ten messages a minute has the rest folded into one, later. */
const channels = 8;
const servicesPerChannel = 5;
const idleRuns = 5;
const hourMs = 3_600_000;
/** After so many hours compaction has rolled up the six that the points lie in. */
const visits = 9;
const patienceMs = 30_000;

export interface Measured {
  /** Of one run of each schedule when nothing happens. */
  idleRuns: Map<string, Reading[]>;
  incidents: { count: number; readings: Reading[] };
  points: { count: number; readings: Reading[] };
}

/** Runs the platform in a fresh folder under its idle schedules, incidents and points, and counts what each used. */
export async function measure(say: (text: string) => void): Promise<Measured> {
  const dataDir = mkdtempSync(join(tmpdir(), "sentinelops-cost-"));
  const outside = createServer((_request, response) => response.end("ok"));
  await new Promise<void>((listening) => outside.listen(0, "127.0.0.1", listening));
  const outsideHost = `127.0.0.1:${(outside.address() as AddressInfo).port}`;
  const runtime = await boot({
    topology,
    port: 0,
    dataDir,
    outboundAllow: outsideHost,
    limits: JSON.stringify({ "api.key": 1_000_000, "api.tenant": 10_000_000 }),
    meter: new Meter(),
    tell: say,
    onFatal: (error) => {
      throw error;
    },
  });
  try {
    await runtime.warm();
    const idle = await measureIdleRuns(runtime);
    const watched = await prepareRules(runtime, `http://${outsideHost}`);
    const points = await measurePoints(runtime);
    const incidents = await measureIncidents(runtime, watched);
    return { idleRuns: idle, incidents, points };
  } finally {
    await runtime.stop();
    outside.closeAllConnections();
    outside.close();
    await rm(dataDir, { recursive: true });
  }
}

/** What `work` used, everything that it set off included. */
async function usedBy(runtime: Runtime, work: () => Promise<void>): Promise<Reading[]> {
  const before = await runtime.readings();
  await work();
  await drained(runtime);
  return between(before, await runtime.readings());
}

async function measureIdleRuns(runtime: Runtime): Promise<Map<string, Reading[]>> {
  const found = new Map<string, Reading[]>();
  for (const { name, trigger } of topology) {
    if (trigger.kind !== "schedule") continue;
    const run = name === "platform-watch" ? () => sendHealth(runtime) : () => runtime.fire(name);
    await run();
    const readings = await usedBy(runtime, async () => {
      for (let i = 0; i < idleRuns; i++) await run();
    });
    found.set(
      name,
      readings.map((reading) => ({ ...reading, amount: reading.amount / idleRuns })),
    );
  }
  return found;
}

/**
 * There is no CloudWatch here to ask: what platform-watch would publish comes through the door for telemetry
 * instead, whose request and invocation stand for the function's own.
 */
async function sendHealth(runtime: Runtime): Promise<void> {
  const rows = topology.filter(({ trigger }) => trigger.kind === "queue" || trigger.kind === "schedule");
  const values = { handled: 15, durationP95: 20, waiting: 0, oldestAge: 0 };
  const atMs = nowMs();
  const samples = [10, 5, 0].flatMap((agoMinutes) =>
    rows.map(({ name }) => ({ function: name, atMs: atMs - agoMinutes * 60_000, values })),
  );
  await ask(runtime, "POST /api/ingest/metrics", healthPoints(samples), runtime.ingestKey);
}

/** One point over a threshold at a time, each of a service of its own; each is told to a webhook, twice. */
async function measureIncidents(
  runtime: Runtime,
  points: readonly WatchedPoint[],
): Promise<Measured["incidents"]> {
  const readings = await usedBy(runtime, async () => {
    for (const value of [2, 0]) {
      for (const point of points) {
        await ask(runtime, "POST /api/ingest/metrics", [{ ...point, value }], runtime.ingestKey);
        await drained(runtime);
      }
    }
  });
  const page = (await ask(runtime, "GET /api/incidents?limit=100")) as { items: unknown[] };
  return { count: page.items.length, readings };
}

interface WatchedPoint {
  name: string;
  labels: { "service.name": string };
}

/** A channel, a route and a rule for each of the services' groups; returns one point of every service. */
async function prepareRules(runtime: Runtime, hook: string): Promise<WatchedPoint[]> {
  const points: WatchedPoint[] = [];
  for (let c = 0; c < channels; c++) {
    const channel = { kind: "webhook", name: `pager ${c}`, url: `${hook}/${c}` };
    const { id } = (await ask(runtime, "POST /api/channels", channel)) as { id: string };
    const route = { name: `to pager ${c}`, match: `{service=~"c${c}-.*"}`, channelIds: [id] };
    await ask(runtime, "POST /api/notification-routes", route);
    const metric = `cost.value.${c}`;
    await ask(runtime, "POST /api/alert-rules", {
      name: metric,
      metric,
      aggregate: "last",
      operator: ">",
      thresholds: { critical: 1 },
      groupBy: ["service.name"],
    });
    for (let i = 0; i < servicesPerChannel; i++) {
      points.push({ name: metric, labels: { "service.name": `c${c}-${i}` } });
    }
  }
  return points;
}

/** Batch by batch, as one sender would; the rules made before look at each. */
async function measurePoints(runtime: Runtime): Promise<Measured["points"]> {
  const startMs = Math.floor(nowMs() / hourMs) * hourMs - hourMs;
  const warmUp = 2;
  for (let i = 0; i < warmUp; i++) await sendBatch(runtime, startMs - hourMs + i * intervalMs, i);
  const ingested = await usedBy(runtime, async () => {
    for (let i = 0; i < batches; i++) await sendBatch(runtime, startMs + i * intervalMs, i);
  });
  const compacted = await compact(runtime);
  return { count: batches * seriesCount, readings: [...ingested, ...compacted] };
}

async function sendBatch(runtime: Runtime, timeMs: number, round: number): Promise<void> {
  await ask(runtime, "POST /v1/metrics", batchAt(timeMs, round), runtime.ingestKey);
  await drained(runtime);
}

/**
 * What compaction does in the hours that follow, by the same verb on the same tables under a clock that has gone
 * on: the next hour's visit makes chunks, and once six hours are over they are rolled up.
 */
async function compact(runtime: Runtime): Promise<Reading[]> {
  const client = new DynamoDBClient({
    region: runtime.awsEnv.AWS_REGION,
    endpoint: runtime.awsEnv.AWS_ENDPOINT_URL_DYNAMODB,
    credentials: { accessKeyId: runtime.awsEnv.AWS_ACCESS_KEY_ID, secretAccessKey: "local" },
  });
  const table = new TenantTable(
    DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    "metrics",
  );
  const { tenantId } = runtime;
  const visit = async (laterMs: number) => {
    const storage = makeMetricStorage(table, { now: () => laterMs });
    const actor = { kind: "system", id: "metrics-compact" } as const;
    const startMs = performance.now();
    await compactTenant({ tenantId, actor, traceId: "req_cost", causationId: null, nowMs: laterMs }, storage);
    return performance.now() - startMs;
  };
  const beginMs = nowMs();
  let ranMs = 0;
  const readings = await usedBy(runtime, async () => {
    for (let hour = 1; hour <= visits; hour++) ranMs += await visit(beginMs + hour * hourMs + hourMs / 2);
  });
  client.destroy();
  return [...readings, { measure: "runMs", of: "metrics-compact", amount: ranMs }];
}

/** Waits until every queue is empty and nothing is in hand, but for what a function has put off itself. */
async function drained(runtime: Runtime): Promise<void> {
  const consumers = topology.filter(({ trigger }) => trigger.kind === "queue");
  const isDone = ({ name, permissions }: FunctionRow) => {
    const { ready, inFlight } = runtime.depth(name);
    return inFlight === 0 && (ready === 0 || (permissions?.includes("queue:delay-own") ?? false));
  };
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    if (consumers.every(isDone)) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`The queues were not empty after ${patienceMs / 1000} s.`);
}

async function ask(
  runtime: Runtime,
  route: string,
  body?: unknown,
  key = runtime.adminKey,
): Promise<unknown> {
  const [method = "GET", path = "/"] = route.split(" ");
  const answer = await fetch(runtime.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${route} answered ${answer.status}: ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { audited } from "../../shared/audit/index.ts";
import { requestServices } from "../../shared/limits/index.ts";
import { makePublish } from "../../shared/platform/aws/bus.ts";
import { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import type { HttpReply } from "../../shared/platform/http/request.ts";
import { type Access, answer, type HttpServices } from "../../shared/platform/lambda/http-door.ts";
import { createTenantWithKeys, makeAuthenticate } from "../../shared/tenancy/index.ts";
import { startRuntime } from "../support/runtime.ts";
import { aRequestWithKey } from "../tenancy/builders.ts";
import type { BenchRow } from "./row.ts";

const requests = 1_000;
const changes = 600;
const access: Record<string, Access> = { "GET /api/nothing": "read", "GET /api/open": "public" };
const nothing = async (): Promise<HttpReply> => ({ status: 200, body: {} });
const routes = { "GET /api/nothing": nothing, "GET /api/open": nothing };
const quiet = { info: () => {}, warn: () => {}, error: () => {}, measure: () => {} };

export const rows: BenchRow[] = [
  {
    name: "authentication, permission and limits on a request, p99",
    unit: "ms",
    must: 3,
    aim: 1,
    measure: () => withTables(requestOverheadMs),
  },
  {
    name: "the record of a change, until it is told, at p99",
    unit: "ms",
    must: 3,
    aim: 1,
    measure: () => withTables(recordOverheadMs),
  },
];

interface Engines {
  client: DynamoDBDocumentClient;
  events: EventBridgeClient;
}

/** On the runtime's own engines, which answer from another process as they do for a function. */
async function withTables(measure: (engines: Engines) => Promise<number>): Promise<number> {
  const runtime = await startRuntime({ functions: ["platform-health"] });
  const env = runtime.awsEnv;
  const config = {
    region: env["AWS_REGION"] ?? "",
    credentials: {
      accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "",
    },
  };
  const raw = new DynamoDBClient({ ...config, endpoint: env["AWS_ENDPOINT_URL_DYNAMODB"] ?? "" });
  const events = new EventBridgeClient({ ...config, endpoint: env["AWS_ENDPOINT_URL"] ?? "" });
  try {
    return await measure({ client: DynamoDBDocumentClient.from(raw), events });
  } finally {
    raw.destroy();
    events.destroy();
    await runtime.stop();
  }
}

/** A route that does nothing, asked with a key and asked openly: what the one takes longer. */
async function requestOverheadMs({ client }: Engines): Promise<number> {
  const table = new TenantTable(client, "tenancy");
  const { adminKey } = await createTenantWithKeys({
    table,
    name: "Bench",
    ownerEmail: null,
    nowMs: Date.now(),
  });
  // As many requests as a minute of the bench needs; a slice is a tenth of it, as with any rate.
  const limits = JSON.stringify({ "api.key": requests * 2 });
  const services: HttpServices = {
    log: quiet,
    authenticate: makeAuthenticate({ table }),
    ...requestServices(new TenantTable(client, "requests"), limits, quiet),
  };
  const request = aRequestWithKey(adminKey);
  const timed = async (routeKey: string) => {
    const startMs = performance.now();
    const { status } = await answer({ services: () => services, routes, access }, request, routeKey);
    if (status !== 200) throw new Error(`${routeKey} answered ${status}.`);
    return performance.now() - startMs;
  };
  for (let i = 0; i < 50; i++) await timed("GET /api/nothing");
  const guarded: number[] = [];
  const open: number[] = [];
  for (let i = 0; i < requests; i++) {
    guarded.push(await timed("GET /api/nothing"));
    open.push(await timed("GET /api/open"));
  }
  return quantile(guarded, 0.99) - quantile(open, 0.5);
}

/** One item saved with the record it owes, told and struck, and one saved bare: how far apart their p99 lie. */
async function recordOverheadMs({ client, events }: Engines): Promise<number> {
  const bare = new TenantTable(client, "alerts");
  const telling = bare.telling({ publish: makePublish(events, "local"), log: quiet });
  const ctx = {
    tenantId: "ten_bench",
    actor: { kind: "person" as const, id: "per_1" },
    traceId: "bench",
    causationId: null,
    nowMs: Date.now(),
  };
  const item = (i: number) => ({ pk: "BENCH", sk: String(i), body: "x".repeat(500) });
  const owed = () => [
    audited(ctx, { did: "updated", resource: { type: "alert-rule", id: "r" }, after: { name: "x" } }),
  ];
  const recorded: number[] = [];
  const plain: number[] = [];
  for (let i = 0; i < changes; i++) {
    recorded.push(await timeOf(() => telling.change("ten_bench", item(i), owed())));
    plain.push(await timeOf(() => bare.change("ten_bench", item(i + changes), [])));
  }
  return quantile(recorded, 0.99) - quantile(plain, 0.99);
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

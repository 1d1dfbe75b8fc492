import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import type { Envelope } from "../../events/envelope.ts";
import { renderError, routes } from "../../functions/ingest-api/routes.ts";
import { decodeProtobufMetrics, makeSeriesQuota, SeriesCache } from "../../shared/ingest/index.ts";
import { httpDoor } from "../../shared/platform/lambda/http-door.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { routeAccess } from "../../shared/tenancy/index.ts";
import { fleetExport } from "../ingest/fleet.ts";
import { toProtobuf } from "../ingest/otlp-reference.ts";
import type { BenchRow } from "./row.ts";

/** Twenty hosts of fifty series: 1,000 points a round. */
const hosts = 20;
const pointsPerRound = 1_000;
const intervalMs = 15_000;
const firstMs = 1_795_162_253_308;

/** Rounds differ in time and values, as a real sender's do; the attributes stay. */
const rounds = (count: number) =>
  Array.from({ length: count }, (_, i) => toProtobuf(fleetExport(hosts, firstMs + i * intervalMs, i + 1)));

const bodies = rounds(50);

export const rows: BenchRow[] = [
  {
    name: "OTLP protobuf decode to points, one core",
    unit: "µs/point",
    must: 4,
    aim: 2,
    async measure() {
      const cache = new SeriesCache();
      const decodeAll = () => {
        for (const body of bodies) decodeProtobufMetrics(body, "ten_bench", cache);
      };
      return cpuUsPerPoint(decodeAll);
    },
  },
  {
    name: "ingest handler, batch of 1,000, decode to publish, CPU",
    unit: "µs/point",
    must: 15,
    aim: 6,
    async measure() {
      const { handler } = ingest(async () => {});
      const events = bodies.map(toEvent);
      return cpuUsPerPoint(async () => {
        for (const event of events) await handler(event, {} as Context);
      });
    },
  },
  {
    name: "bus and queue bytes per 1,000 points, one hop",
    unit: "KB",
    must: 40,
    aim: 12,
    async measure() {
      let bytes = 0;
      const { handler } = ingest(async (events) => {
        for (const event of events) bytes += Buffer.byteLength(JSON.stringify(event));
      });
      for (const body of bodies) await handler(toEvent(body), {} as Context);
      return bytes / bodies.length / 1_000;
    },
  },
];

/** The whole function but for its credential and its bus. */
function ingest(publish: (events: readonly Envelope[]) => Promise<void>) {
  const services = {
    log: makeLog({ function: "ingest-api" }),
    authenticate: async () => ({
      tenantId: "ten_bench",
      actor: { kind: "key" as const, id: "bench" },
      scopes: ["ingest" as const],
    }),
    publish,
    redactionSalt: async () => "salt",
    seriesCache: new SeriesCache(),
    overQuota: makeSeriesQuota({
      active: { count: async () => 0, among: async () => new Set<string>() },
      limit: 200_000,
      log: makeLog({ function: "ingest-api" }),
    }),
  };
  return { handler: httpDoor({ services: () => services, routes, access: routeAccess, renderError }) };
}

function toEvent(body: Buffer): APIGatewayProxyEventV2 {
  return {
    version: "2.0",
    routeKey: "POST /v1/metrics",
    rawPath: "/v1/metrics",
    rawQueryString: "",
    headers: { "content-type": "application/x-protobuf" },
    requestContext: {
      http: {
        method: "POST",
        path: "/v1/metrics",
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: "",
      },
      requestId: "req_bench",
    },
    body: body.toString("base64"),
    isBase64Encoded: true,
  } as unknown as APIGatewayProxyEventV2;
}

/** CPU time, all threads, of the second pass: the first warms code and caches as a running function's are. */
async function cpuUsPerPoint(pass: () => void | Promise<void>): Promise<number> {
  await pass();
  const before = process.cpuUsage();
  await pass();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / bodies.length / pointsPerRound;
}

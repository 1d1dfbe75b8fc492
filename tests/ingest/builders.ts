import type { Envelope } from "../../events/envelope.ts";
import type { MetricsReceivedV1 } from "../../events/metrics.ts";
import { renderError, routes } from "../../functions/ingest-api/routes.ts";
import { SeriesCache } from "../../shared/ingest/index.ts";
import type { OverQuota } from "../../shared/ingest/series-quota.ts";
import { decodePoints, type PointBatch } from "../../shared/metrics/index.ts";
import type { Publish } from "../../shared/platform/bus/publish.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { Unauthenticated } from "../../shared/platform/errors.ts";
import type { HttpReply, HttpRequest } from "../../shared/platform/http/request.ts";
import { type Access, answer } from "../../shared/platform/lambda/http-door.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { routeAccess } from "../../shared/tenancy/index.ts";

export const nowMs = 1_795_162_253_308;

export function aCtx(change: Partial<Ctx> = {}): Ctx {
  return {
    tenantId: "ten_a",
    actor: { kind: "key", id: "key_a" },
    traceId: "trace-a",
    causationId: null,
    nowMs,
    ...change,
  };
}

export const otlp = "/v1/metrics";
export const plain = "/api/ingest/metrics";
export const json = { "content-type": "application/json" };
export const protobuf = { "content-type": "application/x-protobuf" };

export interface Ask {
  path: typeof otlp | typeof plain;
  body: string | Uint8Array;
  headers?: Record<string, string>;
}

/** The ingest function with a bus that remembers. */
export function anIngest(deps: { publish?: Publish; scopes?: Access[]; overQuota?: OverQuota } = {}) {
  const published: Envelope[] = [];
  const logged: string[] = [];
  const services = {
    log: makeLog({ function: "ingest-api" }, (line) => logged.push(line)),
    async authenticate(request: HttpRequest) {
      if (request.headers["authorization"] === "none") throw new Unauthenticated("Send an API key.");
      return {
        tenantId: "ten_a",
        actor: { kind: "key" as const, id: "key_a" },
        scopes: deps.scopes ?? (["ingest"] as const),
      };
    },
    publish:
      deps.publish ??
      (async (events: readonly Envelope[]) => {
        published.push(...events);
      }),
    redactionSalt: async () => "salt",
    seriesCache: new SeriesCache(),
    overQuota: deps.overQuota ?? (async () => undefined),
  };
  const ask = ({ path, body, headers = json }: Ask): Promise<HttpReply> =>
    answer(
      { services: () => services, routes, access: routeAccess, renderError },
      {
        method: "POST",
        path,
        params: {},
        query: {},
        headers,
        cookies: {},
        sourceIp: "127.0.0.1",
        requestId: "req_1",
        body: Buffer.from(body),
      },
      `POST ${path}`,
    );
  return { ask, published, logged };
}

export function dataOf(event: Envelope | undefined): MetricsReceivedV1 {
  if (!event) throw new Error("Nothing was published.");
  return event.data as MetricsReceivedV1;
}

export function pointsOf(event: Envelope | undefined): PointBatch {
  return decodePoints(Buffer.from(dataOf(event).packed.base64, "base64"));
}

/** Every point as one readable object, in order. */
export function rowsOf(batch: PointBatch) {
  return Array.from(batch.values, (value, i) => {
    const series = batch.series[batch.seriesIndex[i] ?? 0];
    if (!series) throw new Error(`Point ${i} has no series.`);
    return {
      ...series,
      timeMs: batch.timesMs[i],
      startTimeMs: batch.startTimesMs[i],
      value,
      flags: batch.flags[i],
      distribution: batch.distributions.get(i) ?? null,
    };
  });
}

export type OtlpPoint = Record<string, unknown>;

/** An OTLP request in its JSON form with one metric. */
export function anExport(metric: Record<string, unknown>, resource: Record<string, string> = {}): object {
  return {
    resourceMetrics: [
      {
        resource: { attributes: attributes(resource) },
        scopeMetrics: [{ metrics: [{ name: "m", ...metric }] }],
      },
    ],
  };
}

export function aGauge(points: OtlpPoint[], change: Record<string, unknown> = {}): object {
  return anExport({ gauge: { dataPoints: points }, ...change });
}

export function aPoint(change: OtlpPoint = {}): OtlpPoint {
  return { timeUnixNano: `${nowMs}000000`, asDouble: 1, ...change };
}

export function attributes(labels: Record<string, string>): object[] {
  return Object.entries(labels).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

import middy from "@middy/core";
import type {
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
} from "aws-lambda";
import type { AuditOrigin } from "../../../events/audit.ts";
import type { Actor } from "../../../events/envelope.ts";
import { nowMs } from "../clock.ts";
import type { Ctx } from "../context.ts";
import { AppError, Forbidden, Invalid } from "../errors.ts";
import type { Access, DeclaredRoutes } from "../http/access.ts";
import { contractOf } from "../http/contract.ts";
import { toProblem } from "../http/problem.ts";
import { type HttpReply, type HttpRequest, toRequest } from "../http/request.ts";
import { fromRestEvent, restRouteKey } from "../http/rest-request.ts";
import type { Log } from "../log.ts";
import { measured, oneRecord } from "./measured.ts";

export type { Access } from "../http/access.ts";

/** Who is asking, told by the credential alone. */
export interface Principal {
  tenantId: string;
  actor: Actor;
  /** The levels it is good for. */
  scopes: readonly Access[];
  /** The projects it is narrowed to; null or absent = all of the tenant's. */
  projects?: readonly string[] | null;
}

export type Route<S> = (request: HttpRequest, ctx: Ctx, services: S) => Promise<HttpReply>;
/** Keys are API Gateway route keys: `POST /api/alert-rules/{id}`. One that has no row in the table does not compile. */
export type Routes<S> = { readonly [K in keyof DeclaredRoutes]?: Route<S> };

/** How a request stands with the limits it falls under. */
export interface Metered {
  /** What is left, for the answer whichever it is. */
  headers: Record<string, string>;
  /** The limit that it is over. */
  refusal?: AppError;
}

/** What a request is, for those who count and remember requests. */
export interface Asking {
  request: HttpRequest;
  routeKey: string;
  principal: Principal;
  nowMs: number;
}

export interface HttpServices {
  log: Log;
  /** Throws Unauthenticated. Must not read a store for a key whose checksum is wrong. */
  authenticate(request: HttpRequest): Promise<Principal>;
  /** Takes what the request costs from the buckets it falls under. */
  meter?(asking: Asking, kind: { ingests: boolean; ai: boolean }): Promise<Metered>;
  /** Does what a request with an Idempotency-Key asks for once, and hands its answer out again. */
  once?(asking: Asking, creates: true | "secret", work: () => Promise<HttpReply>): Promise<HttpReply>;
}

export interface HttpDoorOptions<S> {
  services: () => S;
  routes: Readonly<Record<string, Route<S> | undefined>>;
  /** The declared access of every route key; a route without a row is refused. */
  access: Readonly<Record<string, Access>>;
  /** For protocols with an error body of their own; problem details otherwise. */
  renderError?: (error: unknown, request: HttpRequest) => HttpReply;
}

/** From the HTTP API, or from the REST API that stands before senders who lose what is answered 429. */
type HttpEvent = APIGatewayProxyEventV2 | APIGatewayProxyEvent;
type Result = APIGatewayProxyStructuredResultV2;

const isRest = (event: HttpEvent): event is APIGatewayProxyEvent => "httpMethod" in event;
const read = (event: HttpEvent) => (isRest(event) ? fromRestEvent(event) : toRequest(event));

/** The Lambda behind a set of HTTP routes: credential → route → reply, and every failure as its protocol says it. */
export function httpDoor<S extends HttpServices>(options: HttpDoorOptions<S>) {
  const serve = async (event: HttpEvent): Promise<Result> => {
    const routeKey = isRest(event) ? restRouteKey(event) : event.routeKey;
    const reply = await measured(
      options.services().log,
      () => answer(options, read(event), routeKey),
      ({ status }) => oneRecord(status >= 500),
    );
    return toResult(reply, event.requestContext.requestId);
  };
  return middy<HttpEvent, Result>()
    .onError((request) => {
      const asked = read(request.event);
      options
        .services()
        .log.error("request failed outside its route", { error: request.error, requestId: asked.requestId });
      request.response = toResult(toProblem(request.error, asked.requestId), asked.requestId);
    })
    .handler(serve);
}

/** Serves one request; exported so that tests can ask without an API Gateway event. */
export async function answer<S extends HttpServices>(
  options: HttpDoorOptions<S>,
  request: HttpRequest,
  routeKey: string,
): Promise<HttpReply> {
  const services = options.services();
  const traceId = traceIdOf(request);
  let headers: Record<string, string> = { "x-correlation-id": traceId };
  try {
    const route = options.routes[routeKey];
    const access = options.access[routeKey];
    if (!route || !access)
      throw new Invalid(`${request.method} ${request.path} is not served here.`, undefined, 405);
    const principal = await admit(services, request, access);
    const contract = contractOf(route);
    const asking: Asking = { request, routeKey, principal, nowMs: nowMs() };
    if (access !== "public" && services.meter) {
      const kind = { ingests: access === "ingest", ai: contract?.limit === "ai" };
      const metered = await services.meter(asking, kind);
      headers = { ...headers, ...metered.headers };
      if (metered.refusal) throw metered.refusal;
    }
    const ctx: Ctx = {
      tenantId: principal.tenantId,
      actor: principal.actor,
      traceId,
      causationId: null,
      from: originOf(request),
      nowMs: asking.nowMs,
      projects: principal.projects ?? null,
    };
    const work = () => route(request, ctx, services);
    const reply = await (contract?.creates && services.once
      ? services.once(asking, contract.creates, work)
      : work());
    return { ...reply, headers: { ...headers, ...reply.headers } };
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) {
      services.log.error("request failed", { error, routeKey, requestId: request.requestId });
    }
    const problem = options.renderError?.(error, request) ?? toProblem(error, request.requestId);
    return { ...problem, headers: { ...headers, ...problem.headers } };
  }
}

const nobody: Principal = { tenantId: "none", actor: { kind: "system", id: "public" }, scopes: [] };

async function admit(services: HttpServices, request: HttpRequest, access: Access): Promise<Principal> {
  if (access === "public") return nobody;
  const principal = await services.authenticate(request);
  if (!principal.scopes.includes(access)) {
    throw new Forbidden(
      `This credential may ${principal.scopes.join(", ") || "do nothing"}; this route needs "${access}".`,
    );
  }
  return principal;
}

/**
 * A caller's W3C trace, or a name of its own for what it is doing, goes on through the platform and comes back
 * in the answer; without either the request id names the trace.
 */
function traceIdOf(request: HttpRequest): string {
  const parent = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(request.headers["traceparent"] ?? "");
  const named = /^[\w.:-]{1,128}$/.exec(request.headers["x-correlation-id"] ?? "");
  return parent?.[1] ?? named?.[0] ?? request.requestId;
}

function originOf(request: HttpRequest): AuditOrigin {
  return {
    ip: request.sourceIp.slice(0, 64),
    userAgent: (request.headers["user-agent"] ?? "").slice(0, 256),
    requestId: request.requestId.slice(0, 128),
  };
}

function toResult(reply: HttpReply, requestId: string): Result {
  const binary = reply.body instanceof Uint8Array;
  const text =
    reply.body === undefined ? "" : typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
  const headers: Record<string, string> = {
    "x-request-id": requestId,
    "cache-control": "no-store",
    ...reply.headers,
  };
  if (reply.body !== undefined) headers["content-type"] ??= "application/json";
  return {
    statusCode: reply.status,
    headers,
    ...(reply.cookies ? { cookies: reply.cookies } : {}),
    body: binary ? Buffer.from(reply.body as Uint8Array).toString("base64") : text,
    isBase64Encoded: binary,
  };
}

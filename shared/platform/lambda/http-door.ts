import middy from "@middy/core";
import type {
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
} from "aws-lambda";
import type { Actor } from "../../../events/envelope.ts";
import { nowMs } from "../clock.ts";
import type { Ctx } from "../context.ts";
import { AppError, Forbidden, Invalid } from "../errors.ts";
import type { Access } from "../http/access.ts";
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
/** Keys are API Gateway route keys: `POST /api/alert-rules/{id}`. */
export type Routes<S> = Record<string, Route<S>>;

export interface HttpServices {
  log: Log;
  /** Throws Unauthenticated. Must not read a store for a key whose checksum is wrong. */
  authenticate(request: HttpRequest): Promise<Principal>;
}

export interface HttpDoorOptions<S> {
  services: () => S;
  routes: Routes<S>;
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
  try {
    const route = options.routes[routeKey];
    const access = options.access[routeKey];
    if (!route || !access)
      throw new Invalid(`${request.method} ${request.path} is not served here.`, undefined, 405);
    const principal = await admit(services, request, access);
    const ctx: Ctx = {
      tenantId: principal.tenantId,
      actor: principal.actor,
      traceId: traceIdOf(request),
      causationId: null,
      nowMs: nowMs(),
    };
    return await route(request, ctx, services);
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) {
      services.log.error("request failed", { error, routeKey, requestId: request.requestId });
    }
    return options.renderError?.(error, request) ?? toProblem(error, request.requestId);
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

/** A caller's W3C trace goes on through the platform; without one the request id names the trace. */
function traceIdOf(request: HttpRequest): string {
  const parent = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(request.headers["traceparent"] ?? "");
  return parent?.[1] ?? request.requestId;
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

import middy from "@middy/core";
import type { APIGatewayProxyStructuredResultV2, APIGatewayProxyWebsocketEventV2 } from "aws-lambda";
import { nowMs } from "../clock.ts";
import { AppError } from "../errors.ts";
import { type HttpRequest, parseCookies } from "../http/request.ts";
import type { Log } from "../log.ts";
import { measured, oneRecord } from "./measured.ts";

/** What a WebSocket API hands over; headers and query come with `$connect` alone. */
export type WebSocketEvent = APIGatewayProxyWebsocketEventV2 & {
  headers?: Record<string, string | undefined>;
};

export interface WebSocketServices {
  log: Log;
}

export interface WebSocketDoorOptions<S> {
  services: () => S;
  /** Throws an AppError to refuse the connection with that status. */
  connect(connection: Connecting, services: S): Promise<void>;
  message(message: ClientMessage, services: S): Promise<void>;
  disconnect(connectionId: string, services: S): Promise<void>;
}
export interface Connecting {
  connectionId: string;
  request: HttpRequest;
  nowMs: number;
}
export interface ClientMessage {
  connectionId: string;
  text: string;
  nowMs: number;
}

/** The Lambda behind a WebSocket API: what its three routes bring, and every failure as a status. */
export function websocketDoor<S extends WebSocketServices>(options: WebSocketDoorOptions<S>) {
  return middy<WebSocketEvent, APIGatewayProxyStructuredResultV2>().handler((event: WebSocketEvent) =>
    measured(
      options.services().log,
      () => serve(options, event),
      ({ statusCode = 200 }) => oneRecord(statusCode >= 500),
    ),
  );
}

/** Serves one event; exported so that tests can hand one over. */
export async function serve<S extends WebSocketServices>(
  options: WebSocketDoorOptions<S>,
  event: WebSocketEvent,
): Promise<APIGatewayProxyStructuredResultV2> {
  const services = options.services();
  const { connectionId, routeKey, requestId } = event.requestContext;
  try {
    switch (routeKey) {
      case "$connect":
        await options.connect({ connectionId, request: toRequest(event), nowMs: nowMs() }, services);
        break;
      case "$disconnect":
        await options.disconnect(connectionId, services);
        break;
      default:
        await options.message({ connectionId, text: textOf(event), nowMs: nowMs() }, services);
    }
    return { statusCode: 200 };
  } catch (error) {
    if (error instanceof AppError && error.status < 500)
      return { statusCode: error.status, body: error.message };
    services.log.error("websocket event failed", { error, routeKey, requestId });
    return { statusCode: 503 };
  }
}

function textOf({ body = "", isBase64Encoded }: WebSocketEvent): string {
  return isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body;
}

function toRequest(event: WebSocketEvent): HttpRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(event.headers ?? {})) {
    if (value !== undefined) headers[name.toLowerCase()] = value;
  }
  const query = Object.entries(event.queryStringParameters ?? {}).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const { requestId, identity } = event.requestContext as {
    requestId: string;
    identity?: { sourceIp?: string };
  };
  return {
    method: "GET",
    path: "/ws",
    params: {},
    query: Object.fromEntries(query),
    headers,
    cookies: parseCookies((headers["cookie"] ?? "").split(";")),
    sourceIp: identity?.sourceIp ?? "",
    requestId,
    body: Buffer.alloc(0),
  };
}

import { randomBytes } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { nowMs } from "../../shared/platform/clock.ts";
import { newId } from "../../shared/platform/ids.ts";
import { connectionsArn } from "./arns.ts";
import { type AwsService, readBody } from "./aws-endpoint.ts";
import { AwsFault } from "./aws-fault.ts";
import type { FunctionRunner } from "./functions/function-runner.ts";
import { headersOf, queryOf } from "./http/payload.ts";

type RouteKey = "$connect" | "$disconnect" | "$default";

export interface WebSocketSettings {
  path: string;
  functionOf(route: RouteKey): FunctionRunner | undefined;
  /** Undefined when the request may come in; otherwise why not. */
  refusal(request: IncomingMessage): string | undefined;
  onError(error: unknown): void;
}

/** API Gateway's limit for one message. */
const maxMessageBytes = 128 * 1024;
/** A reader this far behind will not catch up. */
const maxUnsentBytes = 4 * 1024 * 1024;

interface Connection {
  id: string;
  socket: WebSocket;
  connectedMs: number;
  request: IncomingMessage;
}

/** API Gateway's WebSocket API: sockets become $connect, $default and $disconnect events of a function. */
export function openWebSocketApi(server: Server, settings: WebSocketSettings) {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  const connections = new Map<string, Connection>();

  const invoke = async (
    route: RouteKey,
    connection: Omit<Connection, "socket">,
    more: Record<string, unknown>,
  ) => {
    const runner = settings.functionOf(route);
    if (!runner) return { statusCode: 404 };
    const event = toEvent(route, connection, more);
    return (await runner.invoke(event)) as { statusCode?: number } | undefined;
  };

  server.on("upgrade", async (request, stream, head) => {
    stream.on("error", () => undefined);
    if (new URL(request.url ?? "/", "http://local").pathname !== settings.path) return refuse(stream, 404);
    if (settings.refusal(request)) return refuse(stream, 403);
    const connecting = { id: newConnectionId(), connectedMs: nowMs(), request };
    try {
      const answer = await invoke("$connect", connecting, {});
      const status = answer?.statusCode ?? 500;
      if (status < 200 || status > 299) return refuse(stream, status >= 400 && status < 500 ? status : 502);
    } catch (error) {
      settings.onError(error);
      return refuse(stream, 502);
    }
    sockets.handleUpgrade(request, stream, head, (socket) => accept({ ...connecting, socket }));
  });

  function accept(connection: Connection): void {
    const { id, socket } = connection;
    connections.set(id, connection);
    socket.on("error", () => undefined);
    socket.on("message", (data, isBinary) => {
      const body = isBinary ? (data as Buffer).toString("base64") : data.toString();
      invoke("$default", connection, { body, isBase64Encoded: isBinary }).catch(settings.onError);
    });
    socket.on("close", (disconnectStatusCode, reason) => {
      connections.delete(id);
      invoke("$disconnect", connection, { disconnectStatusCode, disconnectReason: reason.toString() }).catch(
        settings.onError,
      );
    });
  }

  return {
    /** `POST` and `DELETE /@connections/{id}`, as ApiGatewayManagementApi calls them. */
    management: {
      accepts: (request) => (request.url ?? "").includes("/@connections/"),
      async serve(request, response, caller) {
        caller.authorize({ action: "execute-api:ManageConnections", resource: connectionsArn });
        const id = decodeURIComponent((request.url ?? "").split("/@connections/")[1] ?? "");
        const socket = connections.get(id)?.socket;
        if (!socket || socket.readyState !== socket.OPEN) throw new AwsFault("GoneException", "Gone", 410);
        if (request.method === "DELETE") socket.close(1000, "Connection Closed Normally");
        else await send(socket, await readBody(request));
        response.writeHead(request.method === "DELETE" ? 204 : 200).end();
      },
    } satisfies AwsService,

    /** Hangs up on everyone; the function hears of each. */
    close(): void {
      for (const { socket } of connections.values()) socket.close(1001, "Going away");
      sockets.close();
    },
  };
}

async function send(socket: WebSocket, body: Buffer): Promise<void> {
  if (body.length > maxMessageBytes) throw new AwsFault("PayloadTooLargeException", "At most 128 KB.", 413);
  if (socket.bufferedAmount > maxUnsentBytes) {
    socket.terminate();
    throw new AwsFault("GoneException", "Gone", 410);
  }
  socket.send(body, { binary: false });
}

function refuse(stream: Duplex, status: number): void {
  stream.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function newConnectionId(): string {
  return `${randomBytes(11).toString("base64url")}=`;
}

function toEvent(route: RouteKey, connection: Omit<Connection, "socket">, more: Record<string, unknown>) {
  const { request, id, connectedMs } = connection;
  const { body, isBase64Encoded, ...context } = more;
  const opening = route === "$connect";
  const query = opening ? queryOf(request.url ?? "") : undefined;
  return {
    ...(opening ? { headers: headersOf(request), ...(query ? { queryStringParameters: query } : {}) } : {}),
    requestContext: {
      routeKey: route,
      eventType: { $connect: "CONNECT", $disconnect: "DISCONNECT", $default: "MESSAGE" }[route],
      messageDirection: "IN",
      stage: "local",
      apiId: "local",
      connectionId: id,
      connectedAt: connectedMs,
      requestId: newId("request"),
      requestTimeEpoch: nowMs(),
      domainName: request.headers.host ?? "",
      identity: { sourceIp: request.socket.remoteAddress ?? "127.0.0.1" },
      ...context,
    },
    ...(body === undefined ? {} : { body }),
    isBase64Encoded: isBase64Encoded ?? false,
  };
}

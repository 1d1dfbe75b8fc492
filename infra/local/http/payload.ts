import type { IncomingMessage } from "node:http";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { nowMs } from "../../../shared/platform/clock.ts";

export interface Routed {
  /** `POST /api/alert-rules/{id}`. */
  routeKey: string;
  params: Record<string, string>;
  requestId: string;
}

/** Lower-case names; what came more than once is joined with commas, as API Gateway does. Cookies stand apart. */
export function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (values) headers[name] = values.join(name === "cookie" ? "; " : ",");
  }
  return headers;
}

/** Undefined without a query; what came more than once is joined with commas. */
export function queryOf(url: string): Record<string, string> | undefined {
  const text = rawQueryOf(url);
  if (!text) return undefined;
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(values);
}

export function pathOf(url: string): string {
  return url.split("?", 1)[0] ?? "/";
}

function rawQueryOf(url: string): string {
  const mark = url.indexOf("?");
  return mark < 0 ? "" : url.slice(mark + 1);
}

/** An HTTP API event, payload version 2.0. */
export function toEvent(request: IncomingMessage, routed: Routed, body: Buffer): APIGatewayProxyEventV2 {
  const { cookie, ...headers } = headersOf(request);
  const url = request.url ?? "/";
  const query = queryOf(url);
  const atMs = nowMs();
  const isText = isTextual(headers["content-type"], headers["content-encoding"]);
  return {
    version: "2.0",
    routeKey: routed.routeKey,
    rawPath: decodePath(pathOf(url)),
    rawQueryString: rawQueryOf(url),
    ...(cookie ? { cookies: cookie.split(/;\s*/).filter(Boolean) } : {}),
    headers,
    ...(query ? { queryStringParameters: query } : {}),
    ...(Object.keys(routed.params).length > 0 ? { pathParameters: routed.params } : {}),
    requestContext: {
      accountId: "anonymous",
      apiId: "local",
      domainName: headers["host"] ?? "",
      domainPrefix: "local",
      http: {
        method: request.method ?? "GET",
        path: decodePath(pathOf(url)),
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: routed.requestId,
      routeKey: routed.routeKey,
      stage: "$default",
      time: new Date(atMs).toUTCString(),
      timeEpoch: atMs,
    },
    ...(body.length > 0 ? { body: body.toString(isText ? "utf8" : "base64") } : {}),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** API Gateway hands text over as it is and everything else as base64. */
function isTextual(contentType = "", encoding = "identity"): boolean {
  return encoding === "identity" && /^(text\/|application\/(json|javascript|xml)\b)/.test(contentType);
}

function decodePath(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

import type { APIGatewayProxyEvent } from "aws-lambda";
import { type HttpRequest, parseCookies } from "./request.ts";

/** A request as API Gateway's REST API tells it (payload version 1.0), whose own answers can be chosen. */
export function fromRestEvent(event: APIGatewayProxyEvent): HttpRequest {
  const { cookie, ...headers } = headersOf(event);
  return {
    method: event.httpMethod,
    path: event.path,
    params: known(event.pathParameters),
    query: known(event.queryStringParameters),
    headers,
    cookies: parseCookies(cookie?.split(/;\s*/).filter(Boolean) ?? []),
    sourceIp: event.requestContext.identity.sourceIp,
    requestId: event.requestContext.requestId,
    body: Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
  };
}

/** The route key an HTTP API would name: `POST /v1/metrics`. */
export function restRouteKey(event: APIGatewayProxyEvent): string {
  return `${event.httpMethod} ${event.resource}`;
}

/** Lower-case names; what came more than once is joined with commas, as the HTTP API does. */
function headersOf(event: APIGatewayProxyEvent): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {})) {
    if (values) headers[name.toLowerCase()] = values.join(",");
  }
  return headers;
}

function known(values: Record<string, string | undefined> | null): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

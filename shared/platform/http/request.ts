import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { z } from "zod";
import { Invalid } from "../errors.ts";

/** What a route sees of an API Gateway HTTP API request (payload version 2.0). Header names are lower-case. */
export interface HttpRequest {
  method: string;
  path: string;
  /** Path parameters, decoded. */
  params: Record<string, string>;
  query: Record<string, string>;
  headers: Record<string, string>;
  cookies: Record<string, string>;
  sourceIp: string;
  requestId: string;
  /** The bytes as they were sent, before any content decoding. */
  body: Buffer;
}

export interface HttpReply {
  status: number;
  headers?: Record<string, string>;
  cookies?: string[];
  /** JSON unless it is bytes or text. */
  body?: unknown;
}

export function toRequest(event: APIGatewayProxyEventV2): HttpRequest {
  return {
    method: event.requestContext.http.method,
    path: event.rawPath,
    params: stringsOf(event.pathParameters),
    query: stringsOf(event.queryStringParameters),
    headers: stringsOf(event.headers),
    cookies: parseCookies(event.cookies ?? []),
    sourceIp: event.requestContext.http.sourceIp,
    requestId: event.requestContext.requestId,
    body: Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
  };
}

/** What people and programs write is far smaller, and a parser takes seconds over hundreds of thousands of keys. */
export const maxJsonBytes = 1024 * 1024;
/** Of what was sent, an answer repeats no more than this. */
const maxRepeated = 300;

/**
 * The body as JSON of the given shape. Throws Invalid: 413 beyond 1 MiB, before it is parsed; else naming the first
 * field that is wrong.
 */
export function readJson<T extends z.ZodType>(request: HttpRequest, schema: T): z.infer<T> {
  if (request.body.length > maxJsonBytes) {
    throw new Invalid(
      `The body has ${request.body.length} bytes; at most ${maxJsonBytes} are taken here.`,
      "body",
      413,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString("utf8"));
  } catch (error) {
    throw new Invalid(`The body is not JSON: ${error instanceof Error ? error.message : "unreadable"}.`);
  }
  return fit(schema, value, "body");
}

/** The query parameters of the given shape. Throws Invalid naming the first one that is wrong. */
export function readQuery<T extends z.ZodType>(request: HttpRequest, schema: T): z.infer<T> {
  return fit(schema, request.query, "query");
}

/** A value of the given shape. Throws Invalid naming the first field that is wrong. */
export function fit<T extends z.ZodType>(schema: T, value: unknown, where: string): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = (issue?.path.join(".") ?? "").slice(0, maxRepeated);
  const others = parsed.error.issues.length - 1;
  const more = others > 0 ? ` (and ${others} more)` : "";
  throw new Invalid(
    `The ${where} is not as it should be${path ? ` at "${path}"` : ""}: ${issue?.message.slice(0, maxRepeated)}${more}.`,
    path || where,
  );
}

function stringsOf(values: Record<string, string | undefined> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** `name=value` pairs, each as a header or an event carries it. */
export function parseCookies(cookies: string[]): Record<string, string> {
  return Object.fromEntries(
    cookies.map((cookie) => {
      const cut = cookie.indexOf("=");
      return [cookie.slice(0, cut).trim(), cookie.slice(cut + 1).trim()];
    }),
  );
}

import type { IncomingMessage, ServerResponse } from "node:http";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { Forbidden, Invalid, NotFound, Unavailable } from "../../../shared/platform/errors.ts";
import { toProblem } from "../../../shared/platform/http/problem.ts";
import { newId } from "../../../shared/platform/ids.ts";
import type { FunctionRunner } from "../functions/function-runner.ts";
import { pathOf, toEvent } from "./payload.ts";
import type { makeRouteTable } from "./route-table.ts";
import { securityHeaders } from "./security-headers.ts";

export interface HttpApiSettings {
  route: ReturnType<typeof makeRouteTable<FunctionRunner>>;
  /** Undefined when the request may be served. */
  refusal(request: IncomingMessage): string | undefined;
  /** Answers true when it served the request: what is no function's (the dashboard, the inbox). */
  serveLocally(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<boolean>;
  onError(error: unknown): void;
}

/** API Gateway's limit for one request. */
const maxBodyBytes = 10 * 1024 * 1024;
/** More than this at once in one function and the sender is asked to come again. */
const maxRunning = 400;

/** API Gateway's HTTP API: requests become payload 2.0 events of the function that has the route. */
export function makeHttpApi(settings: HttpApiSettings) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = newId("request");
    try {
      const refusal = settings.refusal(request);
      if (refusal) throw new Forbidden(refusal);
      await serve(settings, request, response, requestId);
    } catch (error) {
      answerProblem(response, error, requestId);
    }
    // An unread rest of a refused body must not be taken for the next request.
    if (!request.complete) request.resume();
  };
}

async function serve(
  settings: HttpApiSettings,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> {
  const path = pathOf(request.url ?? "/");
  const method = request.method ?? "GET";
  const match = settings.route(method, path);
  if (match.kind !== "found") {
    if (await settings.serveLocally(request, response, requestId)) return;
    if (match.kind === "unknown") throw new NotFound("page or route", path);
    response.setHeader("allow", match.allowed.join(", "));
    throw new Invalid(`${path} takes ${match.allowed.join(", ")}, not ${method}.`, undefined, 405);
  }
  const runner = match.target;
  if (runner.running() >= maxRunning)
    throw new Unavailable("Too many requests at once; try again shortly.", 1);
  const body = await readLimited(request);
  const event = toEvent(request, { routeKey: match.routeKey, params: match.params, requestId }, body);
  try {
    answer(response, (await runner.invoke(event)) as APIGatewayProxyStructuredResultV2, requestId);
  } catch (error) {
    settings.onError(error);
    throw new Unavailable("The request could not be completed; try again shortly.", 5, error);
  }
}

async function readLimited(request: IncomingMessage): Promise<Buffer> {
  const tooLarge = () => new Invalid(`The body is larger than ${maxBodyBytes} bytes.`, "body", 413);
  if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) reject(tooLarge());
      else chunks.push(chunk);
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
  });
}

function answer(
  response: ServerResponse,
  result: APIGatewayProxyStructuredResultV2,
  requestId: string,
): void {
  const { statusCode = 200, headers = {}, cookies = [], body = "", isBase64Encoded = false } = result;
  for (const [name, value] of Object.entries({ ...securityHeaders, "x-request-id": requestId, ...headers })) {
    response.setHeader(name, String(value));
  }
  if (cookies.length > 0) response.setHeader("set-cookie", cookies);
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  if (statusCode !== 204 && statusCode !== 304) response.setHeader("content-length", bytes.length);
  response.writeHead(statusCode).end(bytes);
}

function answerProblem(response: ServerResponse, error: unknown, requestId: string): void {
  if (response.headersSent) return void response.destroy();
  const problem = toProblem(error, requestId);
  const headers = { ...securityHeaders, "x-request-id": requestId, ...problem.headers };
  response.writeHead(problem.status, headers).end(JSON.stringify(problem.body));
}

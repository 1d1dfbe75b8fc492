import { describe, expect, test } from "@jest/globals";
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2, Context } from "aws-lambda";
import { z } from "zod";
import {
  Conflict,
  Forbidden,
  Invalid,
  LimitExceeded,
  NotFound,
  Unauthenticated,
  Unavailable,
} from "../../shared/platform/errors.ts";
import { type HttpRequest, maxJsonBytes, readJson, readQuery } from "../../shared/platform/http/request.ts";
import {
  type Access,
  type HttpServices,
  httpDoor,
  type Route,
} from "../../shared/platform/lambda/http-door.ts";
import { aLog } from "./builders.ts";

function anEvent(changes: Partial<APIGatewayProxyEventV2> = {}): APIGatewayProxyEventV2 {
  return {
    version: "2.0",
    routeKey: "GET /thing",
    rawPath: "/thing",
    rawQueryString: "",
    headers: {},
    isBase64Encoded: false,
    requestContext: {
      accountId: "1",
      apiId: "a",
      domainName: "h",
      domainPrefix: "h",
      requestId: "req_1",
      routeKey: "GET /thing",
      stage: "$default",
      time: "",
      timeEpoch: 0,
      http: { method: "GET", path: "/thing", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "t" },
    },
    ...changes,
  };
}

async function serve(
  route: Route<HttpServices>,
  changes: Partial<APIGatewayProxyEventV2> = {},
  access: Access = "read",
) {
  const log = aLog();
  const services = (): HttpServices => ({
    log,
    authenticate: async () => ({ tenantId: "ten_a", actor: { kind: "key", id: "k" }, scopes: ["read"] }),
  });
  const door = httpDoor({ services, routes: { "GET /thing": route }, access: { "GET /thing": access } });
  const reply = await door(anEvent(changes), {} as Context);
  const isJson = String(reply.headers?.["content-type"]).endsWith("json") && reply.body?.startsWith("{");
  return { log, reply, body: (isJson ? JSON.parse(reply.body ?? "") : {}) as Record<string, unknown> };
}

describe("replies", () => {
  test("an object is JSON, never cached, with the request's id", async () => {
    const { reply, body } = await serve(async () => ({ status: 200, body: { a: "ü" } }));

    expect(reply).toMatchObject({ statusCode: 200, isBase64Encoded: false });
    expect(reply.headers).toEqual({
      "x-request-id": "req_1",
      "x-correlation-id": "req_1",
      "cache-control": "no-store",
      "content-type": "application/json",
    });
    expect(body).toEqual({ a: "ü" });
  });

  test("bytes stay bytes, text stays text, cookies stay cookies, and nothing stays nothing", async () => {
    const bytes = await serve(async () => ({ status: 200, body: Buffer.from([0, 255]), cookies: ["a=b"] }));
    const text = await serve(async () => ({ status: 200, body: "a,b" }));
    const nothing = await serve(async () => ({ status: 204 }));

    expect(bytes.reply).toMatchObject({ body: "AP8=", isBase64Encoded: true, cookies: ["a=b"] });
    expect(text.reply).toMatchObject({ body: "a,b", isBase64Encoded: false });
    expect(nothing.reply).toMatchObject({ statusCode: 204, body: "" });
    expect(nothing.reply.headers).not.toHaveProperty("content-type");
  });

  test("a caller's W3C trace goes on; without one the request names the trace", async () => {
    const traces: string[] = [];
    const route: Route<HttpServices> = async (_request, ctx) => {
      traces.push(ctx.traceId);
      return { status: 204 };
    };

    await serve(route, {
      headers: { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" },
    });
    await serve(route, { headers: { traceparent: "garbage" } });

    expect(traces).toEqual(["4bf92f3577b34da6a3ce929d0e0e4736", "req_1"]);
  });
});

describe("failures are problem details (RFC 9457)", () => {
  test.each([
    [new Invalid("The name is empty.", "name"), 400, { code: "invalid", field: "name" }],
    [new Invalid("Too large.", undefined, 413), 413, { code: "invalid" }],
    [new Unauthenticated("No key."), 401, { code: "unauthenticated" }],
    [new Forbidden("No."), 403, { code: "forbidden" }],
    [new NotFound("rule", "rul_1"), 404, { detail: 'There is no rule "rul_1".' }],
    [new Conflict("Newer."), 409, { code: "conflict" }],
    [new LimitExceeded("Slow down.", 7), 429, { code: "limit-exceeded" }],
    [new Unavailable("Later.", 9), 503, { code: "unavailable" }],
  ])("%s → %i", async (error, status, body) => {
    const answer = await serve(async () => {
      throw error;
    });

    expect(answer.reply.statusCode).toBe(status);
    expect(answer.reply.headers?.["content-type"]).toBe("application/problem+json");
    expect(answer.body).toMatchObject({ status, requestId: "req_1", title: expect.any(String), ...body });
  });

  test("429 and 503 say when to try again", async () => {
    const limited = await serve(async () => Promise.reject(new LimitExceeded("Slow down.", 7)));
    const down = await serve(async () => Promise.reject(new Unavailable("Later.", 9)));

    expect(limited.reply.headers?.["retry-after"]).toBe("7");
    expect(down.reply.headers?.["retry-after"]).toBe("9");
  });

  test("S-22: the unexpected is a 503 to try again that tells nothing of our insides; the log has it all", async () => {
    const failure = new Error("AccessDeniedException: User: arn:aws:sts::1:assumed-role/x is not authorized");
    failure.name = "AccessDeniedException";

    const { reply, log } = await serve(async () => Promise.reject(failure));

    expect(reply.statusCode).toBe(503);
    expect(reply.headers?.["retry-after"]).toBe("5");
    expect(JSON.stringify(reply)).not.toMatch(/arn:|AccessDenied|stack|\.ts/);
    expect(log.lines).toMatchObject([{ level: "error", fields: { error: failure, requestId: "req_1" } }]);
  });

  test("S-24: what is not in the map of routes is 405", async () => {
    const { reply } = await serve(async () => ({ status: 200 }), { routeKey: "TRACE /thing" });

    expect(reply.statusCode).toBe(405);
  });

  test("a credential without the route's scope is 403 and is told which it needs", async () => {
    const { reply, body } = await serve(async () => ({ status: 200 }), {}, "operate");

    expect(reply.statusCode).toBe(403);
    expect(body["detail"]).toMatch(/may read; this route needs "operate"/);
  });
});

describe("what a route reads", () => {
  const Body = z.strictObject({ name: z.string(), size: z.int().max(9) });
  const reading: Route<HttpServices> = async (request) => ({ status: 200, body: readJson(request, Body) });
  const querying: Route<HttpServices> = async (request) => ({
    status: 200,
    body: readQuery(request, z.object({ limit: z.coerce.number().int().max(100) })),
  });

  test("a body arrives whole, base64 or not", async () => {
    const text = JSON.stringify({ name: "é☃", size: 1 });

    const plain = await serve(reading, { body: text });
    const encoded = await serve(reading, {
      body: Buffer.from(text).toString("base64"),
      isBase64Encoded: true,
    });

    expect(plain.body).toEqual({ name: "é☃", size: 1 });
    expect(encoded.body).toEqual(plain.body);
  });

  test.each([
    ["{", /not JSON/],
    ["", /not JSON/],
    ["[]", /body is not as it should be/],
    ['{"name":1,"size":2}', /at "name"/],
    ['{"name":"a","size":99}', /at "size".*9/],
    ['{"name":"a","size":1,"tenantId":"ten_b"}', /tenantId/],
  ])("S-07: the body %s is a 400 that says where and what", async (body, detail) => {
    const answer = await serve(reading, { body });

    expect(answer.reply.statusCode).toBe(400);
    expect(answer.body["detail"]).toMatch(detail);
  });

  test("F19, S-12: a body beyond 1 MiB is 413, whatever it holds, and one of that size is read", async () => {
    const sized = (bytes: number) => `{"name":"a","size":1}`.padEnd(bytes);

    expect((await serve(reading, { body: sized(maxJsonBytes) })).reply.statusCode).toBe(200);
    expect((await serve(reading, { body: sized(maxJsonBytes + 1) })).reply.statusCode).toBe(413);
  });

  test("S-10: a query out of bounds is a 400", async () => {
    const { reply } = await serve(querying, { queryStringParameters: { limit: "1000" } });

    expect(reply.statusCode).toBe(400);
  });
});

describe("a request by the REST API", () => {
  const restEvent = {
    httpMethod: "POST",
    path: "/thing/a%20b",
    resource: "/thing",
    headers: { "Content-Type": "application/x-protobuf" },
    multiValueHeaders: {
      "Content-Type": ["application/x-protobuf"],
      "X-Twice": ["a", "b"],
      Cookie: ["one=1; two=2"],
    },
    queryStringParameters: { q: "x" },
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    isBase64Encoded: true,
    body: Buffer.from([0, 255, 10]).toString("base64"),
    requestContext: { requestId: "req_rest", identity: { sourceIp: "192.0.2.1" } },
  } as unknown as APIGatewayProxyEvent;

  test("is the same request as by the HTTP API, and is served by the same route", async () => {
    const seen: HttpRequest[] = [];
    const route: Route<HttpServices> = async (request) => {
      seen.push(request);
      return { status: 200, body: "ok" };
    };
    const services = (): HttpServices => ({
      log: aLog(),
      authenticate: () => Promise.reject(new Unauthenticated("no")),
    });
    const door = httpDoor({
      services,
      routes: { "POST /thing": route },
      access: { "POST /thing": "public" },
    });

    const reply = await door(restEvent, {} as Context);

    expect(reply.statusCode).toBe(200);
    expect(reply.headers?.["x-request-id"]).toBe("req_rest");
    expect(seen[0]).toEqual({
      method: "POST",
      path: "/thing/a%20b",
      params: {},
      query: { q: "x" },
      headers: { "content-type": "application/x-protobuf", "x-twice": "a,b" },
      cookies: { one: "1", two: "2" },
      sourceIp: "192.0.2.1",
      requestId: "req_rest",
      body: Buffer.from([0, 255, 10]),
    });
  });
});

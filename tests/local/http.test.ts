import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { toEvent } from "../../infra/local/http/payload.ts";
import { makeRouteTable } from "../../infra/local/http/route-table.ts";

const route = makeRouteTable(
  [
    "GET /api/alert-rules",
    "POST /api/alert-rules",
    "GET /api/alert-rules/{id}",
    "POST /api/alert-rules/backtest",
    "GET /api/metrics/{name}/series",
    "GET /api/metrics/query",
  ].map((key) => [key, key] as const),
);

describe("a route is found as API Gateway finds it", () => {
  test.each([
    ["GET", "/api/alert-rules", "GET /api/alert-rules", {}],
    ["GET", "/api/alert-rules/rul_1", "GET /api/alert-rules/{id}", { id: "rul_1" }],
    ["POST", "/api/alert-rules/backtest", "POST /api/alert-rules/backtest", {}],
    ["GET", "/api/metrics/query", "GET /api/metrics/query", {}],
    [
      "GET",
      "/api/metrics/http%2Fserver%20time/series",
      "GET /api/metrics/{name}/series",
      { name: "http/server time" },
    ],
  ])("%s %s", (method, path, routeKey, params) => {
    expect(route(method, path)).toEqual({ kind: "found", routeKey, target: routeKey, params });
  });

  test("a wrong method names the right ones", () => {
    expect(route("DELETE", "/api/alert-rules")).toEqual({ kind: "wrong-method", allowed: ["GET", "POST"] });
  });

  test.each(["/", "/api/alert-rules/", "/api/alert-rules/a/b", "/api/metrics/%E0%A4%A/series", "//"])(
    "%s is unknown",
    (path) => {
      expect(route("GET", path)).toEqual({ kind: "unknown" });
    },
  );

  test("no path makes it throw", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (method, path) => typeof route(method, path).kind === "string"),
    );
  });
});

function aRequest(url: string, headers: Record<string, string[]>, method = "POST"): IncomingMessage {
  return {
    method,
    url,
    httpVersion: "1.1",
    headersDistinct: headers,
    socket: { remoteAddress: "127.0.0.1" },
  } as unknown as IncomingMessage;
}
const routed = { routeKey: "POST /v1/metrics", params: {}, requestId: "req_1" };

describe("a request becomes a payload 2.0 event", () => {
  test("headers in lower case and joined, cookies apart, the query decoded and joined", () => {
    const request = aRequest("/v1/metrics?a=1&a=2&b=x%20y&c", {
      host: ["127.0.0.1:4400"],
      accept: ["a", "b"],
      cookie: ["one=1; two=2", "three=3"],
      "user-agent": ["test"],
    });

    expect(toEvent(request, { ...routed, params: { id: "7" } }, Buffer.alloc(0))).toMatchObject({
      version: "2.0",
      routeKey: "POST /v1/metrics",
      rawPath: "/v1/metrics",
      rawQueryString: "a=1&a=2&b=x%20y&c",
      cookies: ["one=1", "two=2", "three=3"],
      headers: { host: "127.0.0.1:4400", accept: "a,b", "user-agent": "test" },
      queryStringParameters: { a: "1,2", b: "x y", c: "" },
      pathParameters: { id: "7" },
      requestContext: {
        requestId: "req_1",
        http: {
          method: "POST",
          path: "/v1/metrics",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "test",
        },
      },
      isBase64Encoded: false,
    });
  });

  test.each([
    ["application/json", undefined, false],
    ["application/json; charset=utf-8", "identity", false],
    ["text/plain", undefined, false],
    ["application/json", "gzip", true],
    ["application/x-protobuf", undefined, true],
    [undefined, undefined, true],
  ])("a body of type %s, encoding %s: base64 is %s", (type, encoding, base64) => {
    const body = Buffer.from("ünïcode");
    const request = aRequest("/", {
      ...(type ? { "content-type": [type] } : {}),
      ...(encoding ? { "content-encoding": [encoding] } : {}),
    });

    expect(toEvent(request, routed, body)).toMatchObject({
      isBase64Encoded: base64,
      body: body.toString(base64 ? "base64" : "utf8"),
    });
  });

  test("any bytes arrive as they were sent when they are not text", () => {
    const request = aRequest("/", { "content-type": ["application/x-protobuf"] });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        const { body = "" } = toEvent(request, routed, Buffer.from(bytes));
        expect([...Buffer.from(body, "base64")]).toEqual([...bytes]);
      }),
    );
  });
});

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { limits } from "../../shared/ingest/index.ts";
import { LimitExceeded, Unavailable } from "../../shared/platform/errors.ts";
import type { HttpReply } from "../../shared/platform/http/request.ts";
import {
  aGauge,
  anExport,
  anIngest,
  aPoint,
  attributes,
  dataOf,
  json,
  nowMs,
  otlp,
  plain,
  pointsOf,
  protobuf,
  rowsOf,
} from "../ingest/builders.ts";
import { fromProtobuf, toProtobuf } from "../ingest/otlp-reference.ts";

const gzip = { "content-encoding": "gzip" };
const ndjson = { "content-type": "application/x-ndjson" };
const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024), { level: 1 });
const naughty: string[] = JSON.parse(
  readFileSync(new URL("../ingest/fixtures/blns.json", import.meta.url), "utf8"),
);
const good = aGauge([aPoint({ attributes: attributes({ host: "a" }) })]);
const half = aGauge([aPoint(), aPoint({ asDouble: "NaN" })], { name: "cpu" });

/** A google.rpc.Status, whichever encoding it came in. */
function statusOf(reply: HttpReply): Record<string, unknown> {
  if (!(reply.body instanceof Uint8Array)) return reply.body as Record<string, unknown>;
  const { details, ...status } = fromProtobuf("Status", reply.body);
  const unpacked = (details as { typeUrl: string; value: Buffer }[]).map(({ typeUrl, value }) => ({
    "@type": typeUrl,
    ...fromProtobuf("RequestInfo", value),
  }));
  return { ...status, details: unpacked };
}

/** The reply, which must not take a second of this process's time, whatever was asked. */
async function withinASecond(ask: () => Promise<HttpReply>): Promise<HttpReply> {
  const from = process.cpuUsage();
  const answer = await ask();
  const { user, system } = process.cpuUsage(from);
  expect((user + system) / 1e6).toBeLessThan(1);
  return answer;
}

describe("POST /v1/metrics", () => {
  test("R-21: protobuf and JSON, gzip and plain, store the same points", async () => {
    const { ask, published } = anIngest();
    const text = Buffer.from(JSON.stringify(good));
    const bytes = toProtobuf(good);

    const replies = [
      await ask({ path: otlp, body: text, headers: json }),
      await ask({ path: otlp, body: gzipSync(text), headers: { ...json, ...gzip } }),
      await ask({ path: otlp, body: bytes, headers: protobuf }),
      await ask({
        path: otlp,
        body: gzipSync(bytes),
        headers: { "content-type": "application/x-protobuf; v=1", ...gzip },
      }),
    ];

    expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 200]);
    const [first, ...others] = published.map((event) => rowsOf(pointsOf(event)));
    expect(first).toMatchObject([{ name: "m", value: 1, labels: { host: "a" } }]);
    for (const other of others) expect(other).toEqual(first);
  });

  test("R-22: success is an empty response in the request's encoding", async () => {
    const { ask } = anIngest();

    const asJson = await ask({ path: otlp, body: JSON.stringify(good) });
    const asProtobuf = await ask({ path: otlp, body: toProtobuf(good), headers: protobuf });

    expect(asJson).toMatchObject({ status: 200, headers: { "content-type": "application/json" }, body: {} });
    expect(asJson.body).not.toHaveProperty("partialSuccess");
    expect(asProtobuf).toMatchObject({ status: 200, headers: { "content-type": "application/x-protobuf" } });
    expect(fromProtobuf("ExportMetricsServiceResponse", asProtobuf.body as Uint8Array)).toEqual({});
  });

  test("R-22: partial success says how many points, which and why, and is still 200", async () => {
    const { ask, published } = anIngest();
    const errorMessage =
      '1 of 2 points were rejected. Metric "cpu", point 1: its value is NaN; send a number.';

    const asJson = await ask({ path: otlp, body: JSON.stringify(half) });
    const asProtobuf = await ask({ path: otlp, body: toProtobuf(half), headers: protobuf });

    expect(asJson).toMatchObject({
      status: 200,
      body: { partialSuccess: { rejectedDataPoints: "1", errorMessage } },
    });
    expect(asProtobuf.status).toBe(200);
    expect(fromProtobuf("ExportMetricsServiceResponse", asProtobuf.body as Uint8Array)).toEqual({
      partialSuccess: { rejectedDataPoints: "1", errorMessage },
    });
    expect(published.map((event) => dataOf(event).pointCount)).toEqual([1, 1]);
  });

  test("an empty export is a success that publishes nothing", async () => {
    const { ask, published } = anIngest();

    expect(await ask({ path: otlp, body: "{}" })).toMatchObject({ status: 200 });
    expect(await ask({ path: otlp, body: "", headers: protobuf })).toMatchObject({ status: 200 });
    expect(published).toEqual([]);
  });

  const refusals: [string, string | Uint8Array, Record<string, string>, number, number, string][] = [
    ["no JSON", "{", json, 400, 3, "The body is not JSON"],
    ["an empty JSON body", "", json, 400, 3, "The body is not JSON"],
    ["a list", "[]", json, 400, 3, "The body must be an ExportMetricsServiceRequest object, not an array"],
    [
      "a number for a name",
      JSON.stringify(aGauge([aPoint()], { name: 5 })),
      json,
      400,
      3,
      "resourceMetrics[0].scopeMetrics[0].metrics[0].gauge.name must be a text, not 5",
    ],
    [
      "a text for a time",
      JSON.stringify(aGauge([aPoint(), aPoint({ timeUnixNano: "noon" })])),
      json,
      400,
      3,
      'gauge.dataPoints[1].timeUnixNano must be a whole number from 0, or its digits, not "noon"',
    ],
    ["cut protobuf", toProtobuf(good).subarray(0, -1), protobuf, 400, 3, "is not a protobuf"],
    ["a field that reaches out", Buffer.from([0x0a, 2, 0x12, 9]), protobuf, 400, 3, "is not a protobuf"],
    ["text for protobuf", "hello there", protobuf, 400, 3, "is not a protobuf"],
    ["no gzip", "{}", { ...json, ...gzip }, 400, 3, "The body is not gzip"],
    ["cut gzip", gzipSync("{}").subarray(0, -4), { ...json, ...gzip }, 400, 3, "The body is not gzip"],
    [
      "another type",
      "x",
      { "content-type": "text/plain" },
      415,
      3,
      "send application/x-protobuf or application/json",
    ],
    ["no type", "{}", {}, 415, 3, 'Content-Type "" is not taken here'],
    ["another encoding", "{}", { ...json, "content-encoding": "br" }, 415, 3, "send gzip or none"],
    ["no key", "{}", { ...protobuf, authorization: "none" }, 401, 16, "Send an API key"],
  ];
  test.each(refusals)(
    "R-23: %s is a Status in the request's encoding",
    async (_, body, headers, http, code, says) => {
      const { ask, published } = anIngest();

      const reply = await ask({ path: otlp, body, headers });

      expect(reply.status).toBe(http);
      expect(reply.headers?.["content-type"]).toBe(
        headers["content-type"] === "application/x-protobuf" ? "application/x-protobuf" : "application/json",
      );
      expect(statusOf(reply)).toEqual({
        code,
        message: expect.stringContaining(says),
        details: [{ "@type": "type.googleapis.com/google.rpc.RequestInfo", requestId: "req_1" }],
      });
      expect(published).toEqual([]);
    },
  );

  test("S-13: a key that may only read is told so", async () => {
    const reply = await anIngest({ scopes: ["read"] }).ask({ path: otlp, body: "{}" });

    expect(reply.status).toBe(403);
    expect(statusOf(reply)).toMatchObject({ code: 7, message: expect.stringContaining('needs "ingest"') });
  });

  test("R-28: a body of 6 MB is read, one byte more is 413, before and after gunzip", async () => {
    const { ask } = anIngest();
    const padded = (bytes: number) => {
      const frame = JSON.stringify({ pad: "" }).length;
      const room = bytes - frame;
      return JSON.stringify({ pad: "✓".repeat(Math.floor(room / 3)) + "x".repeat(room % 3) });
    };
    const whole = padded(limits.bodyBytes);
    const over = padded(limits.bodyBytes + 1);
    const zipped = { ...json, ...gzip };

    expect(await ask({ path: otlp, body: whole })).toMatchObject({ status: 200 });
    expect(await ask({ path: otlp, body: gzipSync(whole), headers: zipped })).toMatchObject({ status: 200 });
    const plainOver = await ask({ path: otlp, body: over });
    const zippedOver = await ask({ path: otlp, body: gzipSync(over), headers: zipped });
    expect([plainOver.status, zippedOver.status]).toEqual([413, 413]);
    expect(statusOf(plainOver)).toMatchObject({ code: 8, message: expect.stringContaining("6291457 bytes") });
    expect(statusOf(zippedOver)).toMatchObject({ code: 8, message: expect.stringContaining("after gunzip") });
  });

  test("S-03: the tenant comes from the credential, whatever the body says", async () => {
    const { ask, published } = anIngest();

    await ask({ path: otlp, body: JSON.stringify({ ...anExport({}, {}), tenantId: "ten_b" }) });
    await ask({ path: plain, body: JSON.stringify([{ name: "m", value: 1, tenantId: "ten_b" }]) });

    expect(published.map((event) => event.tenantId)).toEqual(["ten_a"]);
  });
});

describe("POST /api/ingest/metrics", () => {
  test("a list is accepted item by item, and says which were not and why", async () => {
    const { ask, published } = anIngest();
    const items = [
      {
        name: "queue.depth",
        value: 3,
        timestamp: new Date(nowMs).toISOString(),
        unit: "{job}",
        labels: { q: "mail" },
      },
      { name: "queue.depth", value: null },
      { name: "queue.depth", value: 4, timestamp: nowMs },
    ];

    const reply = await ask({ path: plain, body: JSON.stringify(items) });

    expect(reply).toMatchObject({
      status: 200,
      body: { accepted: 2, rejected: 1, errors: [{ index: 1, reason: "it has no value; send a number" }] },
    });
    expect(rowsOf(pointsOf(published[0])).map(({ value, unit }) => [value, unit])).toEqual([
      [3, "{job}"],
      [4, null],
    ]);
  });

  test("NDJSON is the same, an item a line, gzip or plain", async () => {
    const { ask, published } = anIngest();
    const lines = '{"name":"a","value":1}\r\n\n{"name":"b","value":2}\n';

    const replies = [
      await ask({ path: plain, body: lines, headers: ndjson }),
      await ask({ path: plain, body: gzipSync(lines), headers: { ...ndjson, ...gzip } }),
    ];

    expect(replies.map((reply) => reply.body)).toEqual([
      { accepted: 2, rejected: 0, errors: [] },
      { accepted: 2, rejected: 0, errors: [] },
    ]);
    expect(published.map((event) => dataOf(event).metricNames)).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
  });

  const refusals: [string, string, Record<string, string>, string][] = [
    ["an object", "{}", json, "must be an array of { name, value"],
    [
      "a text for an item",
      '["x"]',
      json,
      '[0] must be an object { name, value, timestamp?, unit?, labels? }, not "x"',
    ],
    ["a text for a value", '[{"name":"a","value":"1"}]', json, '[0].value must be a number, not "1"'],
    [
      "a local time",
      '[{"name":"a","value":1,"timestamp":"2026-01-01T00:00"}]',
      json,
      "[0].timestamp must be ISO 8601 with a zone, or ms since the epoch",
    ],
    [
      "a list as label",
      '[{"name":"a","value":1,"labels":{"k":[]}}]',
      json,
      "[0].labels.k must be a text, a number",
    ],
    ["a broken line", '{"name":"a","value":1}\n{"name"', ndjson, "Line 2: The body is not JSON"],
  ];
  test.each(refusals)("%s is problem details naming what would be right", async (_, body, headers, says) => {
    const { ask, published } = anIngest();

    const reply = await ask({ path: plain, body, headers });

    expect(reply).toMatchObject({
      status: 400,
      headers: { "content-type": "application/problem+json" },
      body: { status: 400, code: "invalid", detail: expect.stringContaining(says), requestId: "req_1" },
    });
    expect(published).toEqual([]);
  });
});

describe.each([
  ["OTLP", otlp, JSON.stringify(good)],
  ["plain", plain, '[{"name":"m","value":1}]'],
] as const)("%s ingest under trouble", (_, path, body) => {
  const failures: [string, Error, string][] = [
    ["the bus throws", new Error("connect ECONNREFUSED 10.0.0.7:443"), "5"],
    ["the bus refuses entries", new Unavailable("The event bus refused 1 of 1 events.", 9), "9"],
    ["we throttle", new LimitExceeded("Too many points this minute.", 30), "30"],
    ["we have a bug", new TypeError("Cannot read properties of undefined"), "5"],
  ];
  test.each(failures)(
    "R-09 R-10: when %s the answer is 503 with Retry-After",
    async (_, failure, retryAfter) => {
      const { ask } = anIngest({
        publish: async () => {
          throw failure;
        },
      });

      const reply = await ask({ path, body });

      expect(reply).toMatchObject({ status: 503, headers: { "retry-after": retryAfter } });
    },
  );

  test("S-22: what broke inside stands in the log with the request id, not in the answer", async () => {
    const { ask, logged } = anIngest({
      publish: async () => {
        throw new Error("connect ECONNREFUSED 10.0.0.7:443");
      },
    });

    const reply = await ask({ path, body });

    expect(JSON.stringify(reply)).not.toMatch(/ECONNREFUSED|10\.0\.0\.7|at /);
    expect(logged.join()).toContain("ECONNREFUSED");
    expect(logged.join()).toContain("req_1");
  });

  test("R-09: it answers only after the bus has the points", async () => {
    const steps: string[] = [];
    const { ask } = anIngest({
      publish: async () => {
        await new Promise(setImmediate);
        steps.push("durable");
      },
    });

    await ask({ path, body }).then(() => steps.push("answered"));

    expect(steps).toEqual(["durable", "answered"]);
  });

  const mebibyte = 1024 * 1024;
  const bombs: [string, () => string | Uint8Array, Record<string, string>, number][] = [
    ["a gzip bomb of 256 MB", () => bomb, gzip, 413],
    ["100,000 lists in each other", () => "[".repeat(100_000) + "]".repeat(100_000), {}, 400],
    ["100,000 objects in a field nobody knows", () => nested('{"a":', "}"), {}, 400],
    [
      "a text with a million brackets",
      () => JSON.stringify({ pad: "[{".repeat(500_000) }),
      {},
      path === otlp ? 200 : 400,
    ],
    ["a huge header", () => body, { "x-huge": "x".repeat(mebibyte), traceparent: "0".repeat(mebibyte) }, 200],
  ];
  test.each(bombs)("S-12: %s is answered within a second", async (_, make, headers, status) => {
    const { ask } = anIngest();
    const hostile = make();

    const reply = await withinASecond(() => ask({ path, body: hostile, headers: { ...json, ...headers } }));

    expect(reply.status).toBe(status);
  });

  function nested(open: string, close: string): string {
    const deep = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
    return path === otlp ? `{"later":${deep}}` : `[{"name":"m","value":1,"later":${deep}}]`;
  }

  test("S-12: an object of half a million keys, the most 6 MB hold, is answered within a second", async () => {
    const { ask } = anIngest();
    const keys = Array.from({ length: 500_000 }, (_, i) => `"${i.toString(36)}":1`).join();
    const labels =
      path === otlp ? `{"resourceMetrics":[],${keys}}` : `[{"name":"m","value":1,"labels":{${keys}}}]`;

    const reply = await withinASecond(() => ask({ path, body: labels }));

    expect(reply.status).toBe(400);
    expect(JSON.stringify(reply.body)).toContain("more than 10000 members");
  });

  test("any bytes get an answer below 500", async () => {
    const { ask } = anIngest();
    const types = ["application/json", "application/x-protobuf", "application/x-ndjson"];
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: "binary" }).map(Buffer.from)),
        fc.constantFrom(...types),
        fc.boolean(),
        async (bytes, type, zipped) => {
          const headers = { "content-type": type, ...(zipped ? gzip : {}) };
          const reply = await ask({ path, body: zipped ? gzipSync(bytes) : bytes, headers });

          expect(reply.status).toBeLessThan(500);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("any JSON, and any change to a good request, gets an answer below 500", async () => {
    const { ask } = anIngest();
    const sent: unknown = JSON.parse(body);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.jsonValue(),
          fc.tuple(fc.nat(30), fc.jsonValue()).map(([at, value]) => changed(sent, at, value)),
        ),
        async (value) => {
          const reply = await ask({ path, body: JSON.stringify(value) });

          expect(reply.status).toBeLessThan(500);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("protobuf that was tampered with", () => {
  test("any changed byte gets an answer below 500", async () => {
    const { ask } = anIngest();
    const bytes = toProtobuf(
      anExport(
        {
          histogram: {
            aggregationTemporality: 1,
            dataPoints: [
              {
                count: "3",
                sum: 1.5,
                bucketCounts: [1, 2],
                explicitBounds: [0.5],
                attributes: attributes({ a: "b" }),
              },
            ],
          },
        },
        { host: "a" },
      ),
    );
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [0xff, 0x01, 0x80, 0x04]) {
        const broken = Buffer.from(bytes);
        broken[at] = (broken[at] ?? 0) ^ mask;
        const reply = await ask({ path: otlp, body: broken, headers: protobuf });

        expect(reply.status).toBeLessThan(500);
      }
    }
  });

  test("S-12: attributes nested thousands deep are answered within a second", async () => {
    let value: Buffer = Buffer.from([0x0a, 1, 0x78]);
    for (let i = 0; i < 3_000; i++) value = field(5, field(1, value));
    const attribute = Buffer.concat([Buffer.from([0x0a, 1, 0x6b]), field(2, value)]);
    const point = Buffer.concat([field(7, attribute), Buffer.from([0x21, 0, 0, 0, 0, 0, 0, 0, 0])]);
    const body = field(
      1,
      field(2, field(2, Buffer.concat([field(1, Buffer.from("m")), field(5, field(1, point))]))),
    );

    const reply = await withinASecond(() => anIngest().ask({ path: otlp, body, headers: protobuf }));

    expect(reply.status).toBe(400);
    expect(statusOf(reply)).toMatchObject({ message: expect.stringContaining("nested deeper than 16") });
  });
});

describe("text from outside", () => {
  const names = naughty.filter((text) => text !== "" && Buffer.byteLength(text) <= limits.nameBytes);
  const keys = naughty.filter((text) => text !== "" && Buffer.byteLength(text) <= limits.labelKeyBytes);
  const values = naughty.filter((text) => Buffer.byteLength(text) <= limits.labelValueBytes);
  const items = naughty.map((_, i) => ({
    name: names[i % names.length] ?? "",
    unit: names[(i * 7) % names.length] ?? "",
    labels: Object.fromEntries([[keys[i % keys.length] ?? "", values[i % values.length] ?? ""]]),
  }));
  const asOtlp = {
    resourceMetrics: [
      {
        scopeMetrics: [
          {
            metrics: items.map(({ name, unit, labels }) => ({
              name,
              unit,
              gauge: { dataPoints: [aPoint({ attributes: attributes(labels) })] },
            })),
          },
        ],
      },
    ],
  };
  const wires: [string, typeof otlp | typeof plain, string | Uint8Array, Record<string, string>][] = [
    ["OTLP JSON", otlp, JSON.stringify(asOtlp), json],
    ["OTLP protobuf", otlp, toProtobuf(asOtlp), protobuf],
    ["the plain form", plain, JSON.stringify(items.map((item) => ({ ...item, value: 1 }))), json],
  ];
  test.each(wires)("naughty strings come back unchanged through %s", async (_, path, body, headers) => {
    const { ask, published } = anIngest();

    const reply = await ask({ path, body, headers });

    expect(reply.status).toBe(200);
    const told = published
      .flatMap((event) => rowsOf(pointsOf(event)))
      .map(({ name, unit, labels }) => ({ name, unit, labels }));
    expect(told).toHaveLength(items.length);
    expect(new Set(told.map((one) => JSON.stringify(one)))).toEqual(
      new Set(items.map((one) => JSON.stringify(one))),
    );
  });
});

/** A copy in which the n-th value, counted depth first, is another. */
function changed(value: unknown, place: number, other: unknown): unknown {
  let left = place;
  const walk = (one: unknown): unknown => {
    if (left-- === 0) return other;
    if (Array.isArray(one)) return one.map(walk);
    if (typeof one !== "object" || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(value);
}

/** One length-delimited protobuf field. */
function field(number: number, inside: Uint8Array): Buffer {
  const head = [(number << 3) | 2];
  let length = inside.length;
  for (; length > 127; length >>>= 7) head.push((length & 127) | 128);
  return Buffer.concat([Buffer.from([...head, length]), inside]);
}

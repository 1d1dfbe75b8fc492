import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { LimitExceeded, Unavailable } from "../../shared/platform/errors.ts";
import type { HttpReply } from "../../shared/platform/http/request.ts";
import {
  aGauge,
  anExport,
  anIngest,
  aPoint,
  attributes,
  json,
  otlp,
  plain,
  protobuf,
} from "../ingest/builders.ts";
import { statusOf, toProtobuf } from "../ingest/otlp-reference.ts";

const gzip = { "content-encoding": "gzip" };
const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024), { level: 1 });
const good = aGauge([aPoint({ attributes: attributes({ host: "a" }) })]);

/** The reply, which must not take a second of this process's time, whatever was asked. */
async function withinASecond(ask: () => Promise<HttpReply>): Promise<HttpReply> {
  const from = process.cpuUsage();
  const answer = await ask();
  const { user, system } = process.cpuUsage(from);
  expect((user + system) / 1e6).toBeLessThan(1);
  return answer;
}

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

test("S-12: no body that was made to take much memory takes 64 MB", () => {
  const script = fileURLToPath(new URL("../ingest/measure-memory.ts", import.meta.url));

  const grown = JSON.parse(execFileSync(process.execPath, [script], { encoding: "utf8" })) as object;

  expect(Object.keys(grown)).toHaveLength(4);
  for (const [body, megabytes] of Object.entries(grown)) expect([body, megabytes < 64]).toEqual([body, true]);
}, 60_000);

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

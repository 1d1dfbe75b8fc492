import { gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { limits } from "../../shared/ingest/index.ts";
import type { OverQuota } from "../../shared/ingest/series-quota.ts";
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
import { fromProtobuf, statusOf, toProtobuf } from "../ingest/otlp-reference.ts";

const gzip = { "content-encoding": "gzip" };
const ndjson = { "content-type": "application/x-ndjson" };
const good = aGauge([aPoint({ attributes: attributes({ host: "a" }) })]);
const half = aGauge([aPoint(), aPoint({ asDouble: "NaN" })], { name: "cpu" });

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

  test("R-22: what was refused for one reason is told once, with the places of its points", async () => {
    const overQuota: OverQuota = async (_ctx, series) => ({
      seriesIds: new Set(series.slice(1).map(({ seriesId }) => seriesId)),
      reason: "no room",
    });
    const { ask, published } = anIngest({ overQuota });
    const hosts = Array.from({ length: 13 }, (_, i) => aPoint({ attributes: attributes({ host: `${i}` }) }));
    const errorMessage =
      '12 of 13 points were rejected. Metric "cpu", points 1, 2, 3, 4, 5, 6, 7, 8, 9, 10: no room. And 2 more.';
    const request = aGauge(hosts, { name: "cpu" });

    const asJson = await ask({ path: otlp, body: JSON.stringify(request) });
    const asProtobuf = await ask({ path: otlp, body: toProtobuf(request), headers: protobuf });

    const told = { partialSuccess: { rejectedDataPoints: "12", errorMessage } };
    expect(asJson).toMatchObject({ status: 200, body: told });
    expect(fromProtobuf("ExportMetricsServiceResponse", asProtobuf.body as Uint8Array)).toEqual(told);
    expect(published.map((event) => dataOf(event).seriesCount)).toEqual([1, 1]);
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

  test("a new series beyond the quota is an error of its item alone", async () => {
    const overQuota: OverQuota = async (_ctx, series) => ({
      seriesIds: new Set(series.filter(({ name }) => name === "wild").map(({ seriesId }) => seriesId)),
      reason: "no room",
    });
    const { ask } = anIngest({ overQuota });
    const items = ["calm", "wild", "calm"].map((name, value) => ({ name, value, timestamp: nowMs }));

    const reply = await ask({ path: plain, body: JSON.stringify(items) });

    expect(reply).toMatchObject({
      status: 200,
      body: { accepted: 2, rejected: 1, errors: [{ index: 1, reason: "no room" }] },
    });
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

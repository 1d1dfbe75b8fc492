import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodeJsonMetrics, decodeProtobufMetrics, SeriesCache } from "../../shared/ingest/index.ts";
import { aGauge, anExport, aPoint, attributes, nowMs, rowsOf } from "./builders.ts";
import { fleetExport } from "./fleet.ts";
import { anyExport } from "./otlp-arbitraries.ts";
import { toProtobuf } from "./otlp-reference.ts";

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
const fromJson = (request: object) => decodeJsonMetrics(Buffer.from(JSON.stringify(request)));
const fromProtobuf = (request: object, cache = new SeriesCache()) =>
  decodeProtobufMetrics(toProtobuf(request), "ten_a", cache);
const withoutTimes = (rows: ReturnType<typeof rowsOf>) =>
  rows.map(({ timeMs: _, startTimeMs: __, ...rest }) => rest);

describe("OTLP in its encodings", () => {
  test("R-21: protobuf and JSON of any request give the same points and the same rejections", () => {
    const cache = new SeriesCache();
    let compared = 0;
    fc.assert(
      fc.property(anyExport, (sent) => {
        const json = fromJson(sent);
        compared += json.points.values.length;
        const { digest: _, points, ...rest } = fromProtobuf(sent, cache);

        expect(rest).toEqual({
          indexes: json.indexes,
          rejectedCount: json.rejectedCount,
          rejections: json.rejections,
          endedCount: json.endedCount,
        });
        expect(rowsOf(points)).toEqual(rowsOf(json.points));
      }),
      { numRuns: 400 },
    );
    expect(compared).toBeGreaterThan(200);
  });

  test("R-21: what was seen before decodes the same again", () => {
    const cache = new SeriesCache();
    const sent = fleetExport(3, nowMs);

    const first = fromProtobuf(sent, cache);
    const again = fromProtobuf(sent, cache);

    expect(first.points.values.length).toBe(150);
    expect(again).toEqual(first);
    expect(rowsOf(again.points)).toEqual(rowsOf(fromJson(sent).points));
  });

  test("R-21: a real exporter's protobuf and JSON hold the same four metrics", () => {
    const json = decodeJsonMetrics(fixture("otel-js-0.220-metrics.json"));
    const bytes = gunzipSync(fixture("otel-js-0.220-metrics.proto.gz"));
    const protobuf = decodeProtobufMetrics(bytes, "ten_a", new SeriesCache());

    // Two exporters made them 26 ms apart, so all but the times is equal.
    expect(withoutTimes(rowsOf(protobuf.points))).toEqual(withoutTimes(rowsOf(json.points)));
    expect(rowsOf(json.points).map(({ name, type, value, timeMs }) => [name, type, value, timeMs])).toEqual([
      ["orders", "sum", 5, 1_795_162_253_308],
      ["queue.depth", "sum", -3, 1_795_162_253_308],
      ["http.server.request.duration", "histogram", 3.71, 1_795_162_253_308],
      ["cpu", "gauge", 0.93, 1_795_162_253_308],
    ]);
  });

  test("R-21: the protocol's own examples decode alike in both encodings", () => {
    const bytes = fixture("otlp-examples-metrics.json");
    const json = decodeJsonMetrics(bytes);

    expect(rowsOf(fromProtobuf(JSON.parse(bytes.toString())).points)).toEqual(rowsOf(json.points));
    expect(rowsOf(json.points)).toMatchObject([
      { name: "my.counter", type: "sum", temporality: "delta", monotonic: true, value: 5, unit: "1" },
      { name: "my.gauge", type: "gauge", temporality: null, value: 10 },
      { name: "my.histogram", distribution: { count: 2, counts: [1, 1], bounds: [1], min: 0, max: 2 } },
      {
        name: "my.exponential.histogram",
        distribution: { scale: 0, zeroCount: 1, positive: { offset: 1, counts: [0, 2] } },
      },
    ]);
    expect(rowsOf(json.points)[0]?.labels).toEqual({
      "my.counter.attr": "some value",
      "otel.scope.name": "my.library",
      "service.name": "my.service",
    });
  });

  test("R-21: 64-bit integers may be text or number, and keep every digit as labels", () => {
    const big = "9007199254740993";
    const asText = JSON.stringify(
      aGauge([
        aPoint({
          timeUnixNano: `${nowMs}000000`,
          asInt: "42",
          asDouble: null,
          attributes: [{ key: "id", value: { intValue: big } }],
        }),
      ]),
    );
    const asNumber = asText
      .replace(`"${big}"`, big)
      .replace(`"${nowMs}000000"`, `${nowMs}000000`)
      .replace('"42"', "42");

    const [one] = rowsOf(decodeJsonMetrics(Buffer.from(asText)).points);
    const [other] = rowsOf(decodeJsonMetrics(Buffer.from(asNumber)).points);

    expect(one).toMatchObject({ labels: { id: big }, value: 42, timeMs: nowMs });
    expect(other).toEqual(one);
  });

  test("R-21: unknown fields and exemplars, ids in either case, are ignored", () => {
    const exemplar = (id: string) => ({ timeUnixNano: "1", asDouble: 1, traceId: id, spanId: id.slice(16) });
    const plain = fromJson(aGauge([aPoint()]));
    const rich = ["5B8EFFF798038103D269B633813FC60C", "5b8efff798038103d269b633813fc60c"].map((id) =>
      fromJson({ ...aGauge([aPoint({ exemplars: [exemplar(id)], later: { x: [1] } })]), futureField: "x" }),
    );
    // Field 15 as text, and field 14 as a group: neither is in the schema.
    const later = Buffer.from([0x7a, 3, 1, 2, 3, 0x73, 0x08, 1, 0x74]);
    const bytes = Buffer.concat([toProtobuf(aGauge([aPoint()])), later]);

    for (const one of rich) expect(one.points).toEqual(plain.points);
    expect(decodeProtobufMetrics(bytes, "ten_a", new SeriesCache()).points).toEqual(plain.points);
  });

  test("a resource, name or unit that stands behind the points counts as if it stood before", () => {
    const sent = anExport(
      { unit: "s", sum: { dataPoints: [aPoint()], aggregationTemporality: 1, isMonotonic: true } },
      { host: "a" },
    );
    const turned = reversedFields(toProtobuf(sent));

    expect(rowsOf(decodeProtobufMetrics(turned, "ten_a", new SeriesCache()).points)).toEqual(
      rowsOf(fromJson(sent).points),
    );
  });

  test("a point's own label wins over its resource's, and attributes become text", () => {
    const values = [
      ["text", { stringValue: "é✓" }, "é✓"],
      ["int", { intValue: "5" }, "5"],
      ["double", { doubleValue: 0.5 }, "0.5"],
      ["bool", { boolValue: true }, "true"],
      ["bytes", { bytesValue: "AQI=" }, "AQI="],
      ["unset", {}, ""],
      ["list", { arrayValue: { values: [{ intValue: 1 }, { stringValue: "a" }, {}] } }, '[1,"a",null]'],
      ["map", { kvlistValue: { values: [{ key: "k", value: { doubleValue: "NaN" } }] } }, '{"k":"NaN"}'],
    ] as const;
    const own = [...attributes({ host: "point" }), ...values.map(([name, value]) => ({ key: name, value }))];
    const sent = anExport({ gauge: { dataPoints: [aPoint({ attributes: own })] } }, { host: "resource" });

    expect(rowsOf(fromProtobuf(sent).points)[0]?.labels).toEqual({
      host: "point",
      ...Object.fromEntries(values.map(([name, , flat]) => [name, flat])),
    });
  });

  test("the cache of one tenant answers no other, and forgetting changes nothing", () => {
    const cache = new SeriesCache();
    const body = toProtobuf(fleetExport(1, nowMs));

    const a = decodeProtobufMetrics(body, "ten_a", cache);
    const b = decodeProtobufMetrics(body, "ten_b", cache);
    // Each request brings more new labels than the cache holds for all of them together.
    for (let i = 0; i < 60; i++) {
      const wide = Array.from({ length: 400 }, (_, n) =>
        aPoint({ attributes: attributes({ n: `${i}-${n}`, pad: "x".repeat(1_000) }) }),
      );
      fromProtobuf(aGauge(wide), cache);
    }

    expect(b.points.series[0]).toEqual(a.points.series[0]);
    expect(b.points.series[0]).not.toBe(a.points.series[0]);
    expect(decodeProtobufMetrics(body, "ten_a", cache)).toEqual(a);
  });
});

/** The same message with the fields of every message on the way to the points in reverse order. */
function reversedFields(bytes: Buffer, depth = 0): Buffer {
  const nested = [[1], [2], [2], [7]][depth] ?? [];
  const fields: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    const wire = tag & 7;
    if (wire === 0) {
      fields.unshift(bytes.subarray(at, at + 2));
      at += 2;
      continue;
    }
    const length = wire === 1 ? 8 : (bytes[at + 1] ?? 0);
    const from = at + (wire === 1 ? 1 : 2);
    const inside = bytes.subarray(from, from + length);
    const turned = nested.includes(tag >>> 3) ? reversedFields(inside, depth + 1) : inside;
    fields.unshift(Buffer.concat([bytes.subarray(at, from), turned]));
    at = from + length;
  }
  return Buffer.concat(fields);
}

import { describe, expect, test } from "@jest/globals";
import {
  decodeJsonMetrics,
  decodePlainMetrics,
  decodeProtobufMetrics,
  SeriesCache,
} from "../../shared/ingest/index.ts";
import { aGauge, anExport, aPoint, attributes } from "./builders.ts";
import { toProtobuf } from "./otlp-reference.ts";

/** A text of exactly that many bytes of UTF-8, most of them in characters of three bytes. */
function ofBytes(bytes: number): string {
  return "✓".repeat(Math.floor(bytes / 3)) + "x".repeat(bytes % 3);
}
const manyLabels = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`label-${i}`, "v"]));
const labelled = (labels: Record<string, string>, resource: Record<string, string> = {}) =>
  anExport({ gauge: { dataPoints: [aPoint({ attributes: attributes(labels) }), aPoint()] } }, resource);
const buckets = (count: number) => ({
  count: "1",
  bucketCounts: Array.from({ length: count }, () => "0"),
  explicitBounds: Array.from({ length: count - 1 }, (_, i) => i),
});
const histogram = (point: object) =>
  anExport({ histogram: { aggregationTemporality: 2, dataPoints: [aPoint({ ...point, asDouble: null })] } });

/** Every limit at its last byte and one beyond: the request, how many points are rejected, and what is said. */
const cases: [string, object, number, string][] = [
  ["label key of 128 bytes", labelled({ [ofBytes(128)]: "v" }), 0, ""],
  ["label key of 129 bytes", labelled({ [ofBytes(129)]: "v" }), 1, "has 129 bytes; at most 128 are taken"],
  ["label value of 1,024 bytes", labelled({ k: ofBytes(1_024) }), 0, ""],
  [
    "label value of 1,025 bytes",
    labelled({ k: ofBytes(1_025) }),
    1,
    'the value of label "k" has 1025 bytes; at most 1024 are taken',
  ],
  ["resource value of 1,025 bytes", labelled({}, { k: ofBytes(1_025) }), 2, "has 1025 bytes"],
  ["64 labels, half the resource's", labelled(manyLabels(64), manyLabels(32)), 0, ""],
  [
    "65 labels, half the resource's",
    labelled({ own: "v", ...manyLabels(64) }, manyLabels(32)),
    1,
    "it has 65 labels",
  ],
  ["65 resource labels", labelled({}, manyLabels(65)), 2, "it has 65 labels"],
  ["a label without a key", labelled({ "": "v" }), 1, "has an empty key"],
  ["name of 255 bytes", aGauge([aPoint()], { name: ofBytes(255) }), 0, ""],
  ["name of 256 bytes", aGauge([aPoint()], { name: ofBytes(256) }), 1, "the name has 256 bytes; at most 255"],
  ["no name", aGauge([aPoint()], { name: "" }), 1, "the metric has no name"],
  ["unit of 255 bytes", aGauge([aPoint()], { unit: ofBytes(255) }), 0, ""],
  ["unit of 256 bytes", aGauge([aPoint()], { unit: ofBytes(256) }), 1, "the unit has 256 bytes"],
  ["1,024 buckets", histogram(buckets(1_024)), 0, ""],
  ["1,025 buckets", histogram(buckets(1_025)), 1, "it has 1025 buckets; at most 1024"],
  [
    "two buckets for two bounds",
    histogram({ count: 1, bucketCounts: [1, 0], explicitBounds: [1, 2] }),
    1,
    "it has 2 bucketCounts for 2 explicitBounds",
  ],
  [
    "bounds that fall",
    histogram({ count: 1, bucketCounts: [1, 0, 0], explicitBounds: [2, 1] }),
    1,
    "explicitBounds[1] is 1 after 2; bounds must rise",
  ],
  ["a histogram whose sum is NaN", histogram({ count: 1, sum: "NaN" }), 1, "its sum is NaN"],
  ["a gauge that is NaN", aGauge([aPoint({ asDouble: "NaN" })]), 1, "its value is NaN"],
  ["a gauge that is infinite", aGauge([aPoint({ asDouble: "-Infinity" })]), 0, ""],
  ["a gauge without a value", aGauge([{ timeUnixNano: "1" }]), 1, "it has no value"],
  [
    "a sum without temporality",
    anExport({ sum: { dataPoints: [aPoint()] } }),
    1,
    "say 1 (delta) or 2 (cumulative)",
  ],
];

describe("limits of a point", () => {
  test.each(cases)("R-28: %s", (_, request, rejected, reason) => {
    const json = decodeJsonMetrics(Buffer.from(JSON.stringify(request)));
    const protobuf = decodeProtobufMetrics(toProtobuf(request), "ten_a", new SeriesCache());

    for (const decoded of [json, protobuf]) {
      expect(decoded.rejectedCount).toBe(rejected);
      expect(decoded.rejections.map((one) => one.reason)).toEqual(
        Array.from({ length: rejected }, () => expect.stringContaining(reason)),
      );
    }
    expect(protobuf.points.values.length).toBe(json.points.values.length);
  });

  test("R-28: the plain form keeps the same limits, item by item", () => {
    const items = [
      { name: "ok", value: 1, labels: { k: ofBytes(1_024) } },
      { name: "long", value: 1, labels: { k: ofBytes(1_025) } },
      { name: "many", value: 1, labels: manyLabels(65) },
      { name: "not a number", value: null },
    ];

    const decoded = decodePlainMetrics(Buffer.from(JSON.stringify(items)));

    expect(decoded.points.values.length).toBe(1);
    expect(decoded.rejections.map(({ metric, index }) => [metric, index])).toEqual([
      ["long", 1],
      ["many", 2],
      ["not a number", 3],
    ]);
  });

  test("a point with no recorded value ends its series and is neither stored nor rejected", () => {
    const request = aGauge([{ timeUnixNano: "1", flags: 1 }, aPoint()]);

    for (const decoded of [
      decodeJsonMetrics(Buffer.from(JSON.stringify(request))),
      decodeProtobufMetrics(toProtobuf(request), "ten_a", new SeriesCache()),
    ]) {
      expect(decoded).toMatchObject({ endedCount: 1, rejectedCount: 0 });
      expect(decoded.points.values.length).toBe(1);
    }
  });

  test("a summary keeps the quantiles that had observations", () => {
    const quantileValues = [
      { quantile: 0.5, value: 0.2 },
      { quantile: 0.99, value: "NaN" },
    ];
    const request = anExport({ summary: { dataPoints: [{ count: "3", sum: 1, quantileValues }] } });

    const { points } = decodeJsonMetrics(Buffer.from(JSON.stringify(request)));

    expect(points.distributions.get(0)).toEqual({
      kind: "summary",
      count: 3,
      sum: 1,
      quantiles: [{ quantile: 0.5, value: 0.2 }],
    });
  });

  test("only the first hundred rejections are described, all are counted", () => {
    const request = aGauge(Array.from({ length: 5_000 }, () => aPoint({ asDouble: "NaN" })));

    const decoded = decodeJsonMetrics(Buffer.from(JSON.stringify(request)));

    expect(decoded.rejectedCount).toBe(5_000);
    expect(decoded.rejections).toHaveLength(100);
  });
});

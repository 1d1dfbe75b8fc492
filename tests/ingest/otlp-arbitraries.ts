import fc from "fast-check";
import { nowMs } from "./builders.ts";

const text = fc.string({ unit: "binary", maxLength: 10 }).map((value) => value.toWellFormed());
const key = fc.oneof(text, fc.constantFrom("host", "7", "__proto__", "service.name"));
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const small = fc.nat(1_000);
/** An integer as its digits, or as a number where JavaScript can write one. */
const told = (value: fc.Arbitrary<bigint>) =>
  fc
    .tuple(value, fc.boolean())
    .map(([n, asText]) => (asText || n > 2n ** 53n || n < -(2n ** 53n) ? n.toString() : Number(n)));
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const double = fc.oneof(finite, fc.constantFrom("NaN", "Infinity", "-Infinity"));
const { attribute } = fc.letrec<{ attribute: object; value: object }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: told(int64) }),
    fc.record({ doubleValue: double }),
    fc.record({ bytesValue: fc.uint8Array({ maxLength: 8 }).map((b) => Buffer.from(b).toString("base64")) }),
    fc.constant({}),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie("value"), { maxLength: 3 }) }) }),
    fc.record({ kvlistValue: fc.record({ values: fc.array(tie("attribute"), { maxLength: 3 }) }) }),
  ),
  attribute: fc.record({ key, value: tie("value") }),
}));
const labels = fc.array(attribute, { maxLength: 5 });
const common = {
  attributes: labels,
  timeUnixNano: fc.oneof(told(uint64), fc.constant(`${nowMs}000000`)),
  startTimeUnixNano: told(uint64),
  flags: fc.constantFrom(0, 0, 0, 1, 2),
};
const summary = { count: told(uint64), sum: double, min: double, max: double };
const numberPoint = fc.oneof(
  fc.record({ ...common, asDouble: double }, { requiredKeys: [] }),
  fc.record({ ...common, asInt: told(int64) }, { requiredKeys: [] }),
);
const histogramPoint = fc
  .tuple(
    fc.record({ ...common, ...summary }, { requiredKeys: [] }),
    fc.uniqueArray(finite, { maxLength: 5 }),
    fc.array(told(uint64), { minLength: 7, maxLength: 7 }),
    fc.constantFrom(0, 1, 1, 1, 2),
  )
  .map(([point, bounds, counts, more]) => ({
    ...point,
    explicitBounds: bounds.sort((a, b) => a - b),
    bucketCounts: counts.slice(0, bounds.length + more),
  }));
const buckets = fc.record({ offset: fc.integer(), bucketCounts: fc.array(told(uint64), { maxLength: 5 }) });
const exponentialPoint = fc.record(
  {
    ...common,
    ...summary,
    scale: fc.integer(),
    zeroCount: told(uint64),
    positive: buckets,
    negative: buckets,
  },
  { requiredKeys: [] },
);
const summaryPoint = fc.record(
  {
    ...common,
    count: told(uint64),
    sum: double,
    quantileValues: fc.array(fc.record({ quantile: finite, value: double }), { maxLength: 4 }),
  },
  { requiredKeys: [] },
);
const temporality = fc.nat(3);
const list = <T>(point: fc.Arbitrary<T>) => fc.array(point, { maxLength: 4 });
const data = fc.oneof(
  fc.record({ gauge: fc.record({ dataPoints: list(numberPoint) }) }),
  fc.record({
    sum: fc.record({
      dataPoints: list(numberPoint),
      aggregationTemporality: temporality,
      isMonotonic: fc.boolean(),
    }),
  }),
  fc.record({
    histogram: fc.record({ dataPoints: list(histogramPoint), aggregationTemporality: temporality }),
  }),
  fc.record({
    exponentialHistogram: fc.record({
      dataPoints: list(exponentialPoint),
      aggregationTemporality: temporality,
    }),
  }),
  fc.record({ summary: fc.record({ dataPoints: list(summaryPoint) }) }),
);
const metric = fc
  .tuple(fc.record({ name: text, unit: text, description: text }), data)
  .map(([head, points]) => ({ ...head, ...points }));
/** Any ExportMetricsServiceRequest in its JSON form; every point kind, every attribute kind, limits broken now and then. */
export const anyExport = fc.record({
  resourceMetrics: fc.array(
    fc.record({
      resource: fc.record({ attributes: labels, droppedAttributesCount: small }),
      scopeMetrics: fc.array(
        fc.record({
          scope: fc.record({ name: text, version: text }),
          metrics: fc.array(metric, { maxLength: 3 }),
        }),
        { maxLength: 2 },
      ),
      schemaUrl: text,
    }),
    { maxLength: 2 },
  ),
});

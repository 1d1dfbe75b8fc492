import { crc32, deflateRawSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { PointBatchBuilder, selectPoints } from "../../shared/metrics/point-batch-builder.ts";
import type { Distribution, PointBatch, Series } from "../../shared/metrics/points.ts";
import { decodePoints, encodePoints } from "../../shared/metrics/points-codec.ts";
import { MetricType } from "../../shared/metrics/schemas.ts";
import { makeSeriesId } from "../../shared/metrics/series-id.ts";

const text = fc.string({ unit: "binary", maxLength: 12 }).map((value) => value.toWellFormed());
const hardNumbers = [
  0,
  -0,
  5e-324,
  -2.2e-308,
  1.7e308,
  Number.NaN,
  Infinity,
  -Infinity,
  2 ** 53,
  2 ** 50 + 1,
];
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.integer({ min: -1e6, max: 1e6 }).map((hundredths) => hundredths / 100),
  fc.integer().map((kibi) => kibi * 1024),
  fc.constantFrom(...hardNumbers),
);
const numbers = fc.array(number, { maxLength: 6 });
const optional = fc.option(number, { nil: null });
const side = fc.record({ offset: fc.integer(), counts: numbers });
const distribution: fc.Arbitrary<Distribution> = fc.oneof(
  fc.record({
    kind: fc.constant("explicit" as const),
    count: number,
    sum: optional,
    min: optional,
    max: optional,
    bounds: numbers,
    counts: numbers,
  }),
  fc.record({
    kind: fc.constant("exponential" as const),
    count: number,
    sum: optional,
    min: optional,
    max: optional,
    scale: fc.integer(),
    zeroCount: number,
    positive: side,
    negative: side,
  }),
  fc.record({
    kind: fc.constant("summary" as const),
    count: number,
    sum: number,
    quantiles: fc.array(fc.record({ quantile: number, value: number }), { maxLength: 4 }),
  }),
);
const series: fc.Arbitrary<Series> = fc
  .record({
    name: text,
    type: fc.constantFrom(...MetricType.options),
    unit: fc.option(text, { nil: null }),
    temporality: fc.constantFrom("delta" as const, "cumulative" as const, null),
    monotonic: fc.boolean(),
    labels: fc
      .array(fc.tuple(fc.oneof(text, fc.constantFrom("__proto__", "7", "host", "constructor")), text), {
        maxLength: 5,
      })
      .map(Object.fromEntries),
  })
  .map((described) => ({ seriesId: makeSeriesId(described), ...described }));
const time = fc.oneof(fc.integer({ min: 1.7e12, max: 1.8e12 }), fc.constant(0), number);
const batch: fc.Arbitrary<PointBatch> = fc
  .record({
    pool: fc.array(series, { minLength: 1, maxLength: 4 }),
    points: fc.array(
      fc.tuple(fc.nat(3), time, time, number, fc.nat(255), fc.option(distribution, { nil: undefined })),
      { maxLength: 30 },
    ),
  })
  .map(({ pool, points }) => {
    const builder = new PointBatchBuilder();
    for (const [at, ...rest] of points) builder.add(pool[at % pool.length] as Series, ...rest);
    return builder.build();
  });

describe("points.v1", () => {
  test("gives back every point to the bit", () => {
    fc.assert(
      fc.property(batch, (points) => {
        const back = decodePoints(encodePoints(points));

        expect(back.series).toEqual(points.series);
        expect(back.series.map((one) => Object.entries(one.labels))).toEqual(
          points.series.map((one) => sortedEntries(one.labels)),
        );
        expect(bits(back)).toEqual(bits(points));
        expect(new Map(back.distributions)).toEqual(new Map(points.distributions));
      }),
      { numRuns: 500 },
    );
  });

  test("refuses bytes that were changed anywhere", () => {
    const packed = encodePoints(someBatch(20));
    for (let at = 0; at < packed.length; at++) {
      const broken = Uint8Array.from(packed);
      broken[at] = (broken[at] ?? 0) ^ 0x55;

      expect(() => decodePoints(broken)).toThrow(/packed points cannot be read/);
    }
  });

  test("answers arbitrary bytes with a clear error, whatever they claim", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (columns) => {
        expect(() => decodePoints(columns)).toThrow(/packed points cannot be read/);
        expect(readOrRefusal(sealed(columns))).toBe("fine");
      }),
      { numRuns: 2_000 },
    );
  });

  test("never inflates past the length it was told", () => {
    const bomb = sealed(new Uint8Array(60_000_000));
    const lie = Uint8Array.from(bomb);
    new DataView(lie.buffer).setUint32(1, 1_000, true);

    expect(() => decodePoints(bomb)).toThrow(/is the most/);
    expect(() => decodePoints(lie)).toThrow(/packed points cannot be read/);
  });

  test("batches that describe the same series share them, so nobody can change them", () => {
    const packed = encodePoints(someBatch(3));

    const one = decodePoints(packed);
    one.series.pop();
    const other = decodePoints(encodePoints(someBatch(3)));

    expect(other.series).toHaveLength(3);
    expect(other.series[0]).toBe(one.series[0]);
    expect(() => Object.assign(other.series[0]?.labels ?? {}, { host: "z" })).toThrow(TypeError);
  });

  test("a selection keeps its points and drops the series nobody uses", () => {
    const all = someBatch(10);

    const some = selectPoints(all, [7, 3]);

    expect(some.series.map((one) => one.labels["host"])).toEqual(["host-7", "host-3"]);
    expect([...some.values]).toEqual([7.5, 3.5]);
    expect([...some.seriesIndex]).toEqual([0, 1]);
  });
});

describe("series ids", () => {
  const base = { name: "cpu", type: "gauge", unit: "1", temporality: null, monotonic: false } as const;

  test("do not depend on the order of labels or on the unit", () => {
    const id = makeSeriesId({ ...base, labels: { a: "1", b: "2" } });

    expect(makeSeriesId({ ...base, unit: "s", labels: { b: "2", a: "1" } })).toBe(id);
    expect(id).toMatch(/^[0-9a-f]{16}$/);
  });

  test("tell labels apart that would read alike when joined", () => {
    const ids = [{ a: "1", b: "2" }, { a: "11:b1:2" }, { a1: "b2" }, { a: "1b", "": "2" }].map((labels) =>
      makeSeriesId({ ...base, labels: labels as Record<string, string> }),
    );

    expect(new Set(ids).size).toBe(ids.length);
  });
});

function someBatch(count: number): PointBatch {
  const builder = new PointBatchBuilder();
  for (let i = 0; i < count; i++) {
    const described = {
      name: "cpu",
      type: "gauge",
      unit: "1",
      temporality: null,
      monotonic: false,
      labels: { host: `host-${i}` },
    } as const;
    builder.add({ seriesId: makeSeriesId(described), ...described }, 1_795_162_253_308 + i, 0, i + 0.5);
  }
  return builder.build();
}

/** Arbitrary columns in a head that fits them, so that the reader behind the checksum meets them. */
function sealed(columns: Uint8Array): Uint8Array {
  const head = Buffer.alloc(9);
  head.writeUInt8(1, 0);
  head.writeUInt32LE(columns.length, 1);
  head.writeUInt32LE(crc32(columns), 5);
  return Buffer.concat([head, deflateRawSync(columns)]);
}

function readOrRefusal(bytes: Uint8Array): string {
  try {
    decodePoints(bytes);
    return "fine";
  } catch (error) {
    return error instanceof TypeError && /packed points cannot be read/.test(error.message)
      ? "fine"
      : String(error);
  }
}

function bits(points: PointBatch) {
  const hex = (column: Float64Array | Uint32Array | Uint8Array) =>
    Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString("hex");
  return [points.seriesIndex, points.timesMs, points.startTimesMs, points.values, points.flags].map(hex);
}

function sortedEntries(labels: Record<string, string>): [string, string][] {
  const sorted: Record<string, string> = Object.fromEntries(
    Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return Object.entries(sorted);
}

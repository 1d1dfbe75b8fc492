import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Distribution, PointBatch } from "../../shared/metrics/index.ts";
import {
  layoutIdOf,
  openBlock,
  packBlock,
  packLayout,
  unpackBlock,
  unpackLayout,
} from "../../shared/metrics/storage/block.ts";
import {
  columnsOf,
  mergeTables,
  type PointTable,
  tableOfBatches,
} from "../../shared/metrics/storage/point-table.ts";
import { denominatorOf } from "../../shared/metrics/storage/ratio.ts";
import { packWithin } from "../../shared/metrics/storage/split.ts";
import { packTallies, unpackTallies } from "../../shared/metrics/storage/tally-pack.ts";
import { addDistribution, emptyTally } from "../../shared/metrics/tally.ts";
import { aBatch, aHistogram, aSeries, type Point } from "./builders.ts";

const names = ["cpu", "mem", "__proto__"];
const aName = fc.constantFrom(...names);
const aHost = fc.constantFrom("a", "b", "c", "d");
const aTime = fc.oneof(
  fc.nat(50),
  fc.nat(50).map((n) => n * 15_000),
  fc.double({ min: 0, max: 1e13, noNaN: true }),
);
const aValue = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.integer().map((n) => n / 100),
  fc.integer().map((n) => n * 0.001),
  fc.tuple(fc.nat(15_000), fc.constantFrom(15_001, 15_003, 15_000)).map(([p, q]) => p / q),
  fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60, -(2 ** 56), 2 ** 50 / 3, 4096 * 77),
);
const somePoints = fc.array(fc.tuple(aName, aHost, aTime, aValue), { maxLength: 120 });
const batchOf = (points: [string, string, number, number][]): PointBatch =>
  aBatch(
    points.map(([name, host, timeMs, value]): Point => [aSeries({ name, labels: { host } }), timeMs, value]),
  );

/** Every series' points as text, so that NaN and -0 count. */
function contents(table: PointTable): Record<string, unknown> {
  const all = table.refs.map((ref, i) => {
    const { timesMs, values, distributions } = columnsOf(table, i);
    return [
      ref.seriesId,
      { ref, times: [...timesMs], values: [...values].map(text), distributions },
    ] as const;
  });
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}
const text = (value: number) => (Object.is(value, -0) ? "-0" : String(value));

describe("stored points", () => {
  test("every point survives packing, to the bit", () => {
    fc.assert(
      fc.property(somePoints, fc.constantFrom("fast" as const, "thorough" as const), (points, effort) => {
        const table = tableOfBatches([batchOf(points)]);
        const [back] = unpackBlock(packBlock([{ table, layoutId: null }], effort));
        expect(back && contents(back)).toEqual(contents(table));
      }),
      { numRuns: 300 },
    );
  });

  test("R-01, R-03: the union of tables is the same in any order and with any repetition", () => {
    fc.assert(
      fc.property(
        fc.array(somePoints, { minLength: 1, maxLength: 5 }),
        fc.infiniteStream(fc.nat()),
        (parts, order) => {
          const tables = parts.map((points) => tableOfBatches([batchOf(points)]));
          const shuffled = [...tables, ...tables]
            .map((table) => ({ table, at: order.next().value ?? 0 }))
            .sort((a, b) => a.at - b.at)
            .map(({ table }) => table);
          const pairs = mergeTables([mergeTables(shuffled.slice(0, 2)), ...shuffled.slice(2)]);
          expect(contents(pairs)).toEqual(contents(mergeTables(tables)));
        },
      ),
    );
  });

  test.each([
    ["huge wholes", [0, -(2 ** 56)]],
    ["the largest wholes apart", [2 ** 50, -(2 ** 50), 2 ** 50]],
    ["a negative zero among wholes", [-0, -1, 3]],
    ["fractions", [1 / 3, 2 / 7, 0.5, 11 / 13]],
    ["a negative zero among fractions", [1 / 3, -0, 2 / 7]],
    ["fractions of huge numbers", [2 ** 50 / 3, 1 / 3, 2 ** 49 / 7]],
    ["products of a thousandth", [28.810000000000002, 28.830000000000002, 28.92]],
    ["no finite number", [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
  ])("%s survive to the bit", (_, values) => {
    const table = tableOfBatches([aBatch(values.map((value, i): Point => [aSeries(), i, value]))]);

    const [back] = unpackBlock(packBlock([{ table, layoutId: null }], "fast"));

    expect([...(back?.values ?? [])].map(text)).toEqual(values.map(text));
  });

  test("of two values for one point a number beats NaN and the larger beats the smaller", () => {
    const series = aSeries();
    const table = tableOfBatches([
      aBatch([
        [series, 1, Number.NaN],
        [series, 1, 2],
        [series, 1, 5],
        [series, 1, 3],
      ]),
    ]);

    expect([...table.values]).toEqual([5]);
  });

  test("only the wanted series is decoded", () => {
    const table = tableOfBatches([
      batchOf(Array.from({ length: 90 }, (_, i) => ["cpu", i % 2 ? "a" : "b", i, Math.sin(i)])),
    ]);
    const wanted = table.refs[0];

    const [back] = unpackBlock(packBlock([{ table, layoutId: null }], "fast"), (ref) => ref === wanted);

    expect(back?.values.some((value) => value !== 0)).toBe(false);
    const [one] = unpackBlock(
      packBlock([{ table, layoutId: null }], "fast"),
      (ref) => ref.seriesId === wanted?.seriesId,
    );
    expect([...(one ? columnsOf(one, 0).values : [])]).toEqual([...columnsOf(table, 0).values]);
  });

  test("a block that names its series elsewhere carries none", () => {
    const table = tableOfBatches([batchOf(names.map((name, i) => [name, "a", i, i]))]);
    const layoutId = layoutIdOf(table.refs);

    const [section] = openBlock(packBlock([{ table, layoutId }], "fast"));
    const refs = unpackLayout(packLayout(table.refs));

    expect(section?.refs).toBeNull();
    expect(section?.layoutId).toBe(layoutId);
    expect(section && contents(section.decode(refs, new Uint8Array(refs.length).fill(1)))).toEqual(
      contents(table),
    );
  });

  test("F24: a flipped bit is found", () => {
    const table = tableOfBatches([
      batchOf(Array.from({ length: 200 }, (_, i) => ["cpu", "a", i, Math.cos(i)])),
    ]);
    const packed = packBlock([{ table, layoutId: null }], "fast");
    fc.assert(
      fc.property(fc.nat(packed.length * 8 - 1), (bit) => {
        const broken = Buffer.from(packed);
        broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        let back: PointTable[] | undefined;
        try {
          back = unpackBlock(broken);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
        if (back?.[0]) expect(contents(back[0])).toEqual(contents(table));
      }),
    );
  });

  test("what does not fit an item is cut, and nothing is lost", () => {
    const noise = (series: number, i: number) => Math.sin(series * 7919 + i * i);
    const limitBytes = 8_000;
    const narrow = aSeries();
    const wide = Array.from({ length: 60 }, (_, i) => {
      const series = aSeries({ labels: { series: `${i}` } });
      return Array.from({ length: 50 }, (_, at): Point => [series, at, noise(i, at)]);
    });
    const long = Array.from({ length: 3_000 }, (_, i): Point => [narrow, i * i, noise(0, i)]);
    for (const points of [wide.flat(), long]) {
      const table = tableOfBatches([aBatch(points)]);

      const blocks = packWithin([{ table, layoutId: null }], "fast", limitBytes);

      expect(blocks.length).toBeGreaterThan(1);
      expect(blocks.every((block) => block.length <= limitBytes)).toBe(true);
      const back = mergeTables(blocks.flatMap((block) => unpackBlock(block)));
      expect(back.values).toHaveLength(table.values.length);
    }
  });

  test("the denominator of a ratio is found, and none is made up", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (p, q) => {
        const found = denominatorOf(p / q);
        expect(q % found).toBe(0);
        expect(Math.round((p / q) * found) / found).toBe(p / q);
      }),
    );
    for (const value of [Math.PI, Math.SQRT2, Math.random() / 3, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(denominatorOf(value)).toBe(0);
    }
  });
});

test("every tally survives packing", () => {
  const numbers = fc.record({ count: fc.nat(), sum: fc.double({ noNaN: true }), increase: fc.double() });
  fc.assert(
    fc.property(fc.array(numbers, { minLength: 1, maxLength: 40 }), fc.boolean(), (rows, histograms) => {
      const tallies = rows.map((row, i) => {
        const tally = {
          ...emptyTally(),
          ...row,
          min: -i,
          max: i,
          lastSum: i % 3 ? row.sum : 0,
          lastSeries: i % 3 ? 1 : 0,
        };
        const one: Distribution = aHistogram([i, 2 * i, 0, 1]);
        if (histograms) addDistribution(tally, one);
        return tally;
      });
      const column = { startsMs: tallies.map((_, i) => 86_400_000 + i * i * 300_000), tallies };
      expect(unpackTallies(packTallies(column, 86_400_000), 86_400_000)).toEqual(column);
    }),
  );
});

import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  distributionIncrease,
  type Explicit,
  type Exponential,
  mergeDistributions,
} from "../../shared/metrics/distribution.ts";
import { aHistogram } from "./builders.ts";

const bucketCounts = fc.array(fc.nat(50), { minLength: 1, maxLength: 12 });
const anExponential = fc
  .record({
    scale: fc.integer({ min: -3, max: 6 }),
    offset: fc.integer({ min: -40, max: 40 }),
    counts: bucketCounts,
  })
  .map(
    ({ scale, offset, counts }): Exponential => ({
      kind: "exponential",
      count: counts.reduce((sum, count) => sum + count, 2),
      sum: 1,
      min: null,
      max: null,
      scale,
      zeroCount: 2,
      positive: { offset, counts },
      negative: { offset: 0, counts: [] },
    }),
  );
const total = (counts: number[]) => counts.reduce((sum, count) => sum + count, 0);
/** Equal meaning: buckets by index, empty ones left out. */
const buckets = ({ positive, scale, count }: Exponential) => ({
  scale,
  count,
  counts: positive.counts.flatMap((n, i) => (n > 0 ? [[positive.offset + i, n]] : [])),
});

describe("merging distributions", () => {
  test("no observation of an exponential histogram is lost, whatever the scales", () => {
    fc.assert(
      fc.property(anExponential, anExponential, (a, b) => {
        const merged = mergeDistributions(a, b);
        expect(total(merged.positive.counts)).toBe(total(a.positive.counts) + total(b.positive.counts));
        expect(merged.scale).toBe(Math.min(a.scale, b.scale));
        expect(merged.count).toBe(a.count + b.count);
      }),
    );
  });

  test("order and grouping do not matter", () => {
    fc.assert(
      fc.property(anExponential, anExponential, anExponential, (a, b, c) => {
        const merge = mergeDistributions<Exponential>;
        expect(buckets(merge(merge(a, b), c))).toEqual(buckets(merge(c, merge(b, a))));
      }),
    );
  });

  test("explicit histograms meet on the bounds they share", () => {
    const a = aHistogram([1, 2, 3, 4], { bounds: [1, 2, 5] });
    const b = aHistogram([10, 20, 30], { bounds: [1, 5] });

    expect(mergeDistributions(a, b)).toMatchObject({ bounds: [1, 5], counts: [11, 25, 34], count: 70 });
  });

  test("what is not known of one is not known of both", () => {
    const known = { ...aHistogram([1, 0, 0, 0], { sum: 1 }), min: 1, max: 1 } as Explicit;

    expect(mergeDistributions(known, { ...known, sum: null, max: null })).toMatchObject({
      sum: null,
      min: 1,
      max: null,
    });
  });
});

describe("the increase of cumulative distributions", () => {
  test("is what was observed in between", () => {
    const before = aHistogram([1, 2, 3, 4], { sum: 10 });
    const after = aHistogram([1, 5, 3, 6], { sum: 22 });

    expect(distributionIncrease(before, after)).toMatchObject({ counts: [0, 3, 0, 2], count: 5, sum: 12 });
  });

  test.each([
    ["a smaller count", aHistogram([9, 9, 9, 9]), aHistogram([1, 0, 0, 0])],
    ["a smaller bucket", aHistogram([5, 0, 0, 0]), aHistogram([4, 9, 0, 0])],
    ["other bounds", aHistogram([1, 0, 0, 0]), aHistogram([2, 0], { bounds: [7] })],
  ])("after %s is all that came since the restart", (_, before, after) => {
    expect(distributionIncrease(before, after)).toBe(after);
  });

  test("of an exponential histogram that has grown coarser is the merge's inverse", () => {
    fc.assert(
      fc.property(anExponential, anExponential, (before, more) => {
        const after = mergeDistributions(before, more);
        const increase = distributionIncrease(before, after) as Exponential;
        const expected = mergeDistributions(more, {
          ...after,
          count: 0,
          zeroCount: 0,
          positive: { offset: 0, counts: [] },
        });
        expect(buckets({ ...increase, positive: increase.positive })).toEqual(buckets(expected));
      }),
    );
  });
});

import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Explicit, Exponential } from "../../shared/metrics/distribution.ts";
import {
  exactQuantile,
  explicitQuantile,
  exponentialQuantile,
  summaryQuantile,
} from "../../shared/metrics/quantile.ts";
import { aHistogram } from "./builders.ts";

const explicit = (bounds: number[], counts: number[]) => aHistogram(counts, { bounds }) as Explicit;
const exponential = (given: Partial<Exponential>): Exponential => ({
  kind: "exponential",
  count: 0,
  sum: null,
  min: null,
  max: null,
  scale: 0,
  zeroCount: 0,
  positive: { offset: 0, counts: [] },
  negative: { offset: 0, counts: [] },
  ...given,
});

describe("quantiles", () => {
  test.each([
    [0.5, [1, 2, 3], 2],
    [0.5, [3, 1], 2],
    [0.99, [5], 5],
    [0.9, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100], 90],
    [0.75, [1, 2], 1.75],
    [0.5, [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 1], 1],
    [0.5, [], null],
  ])("the %d-quantile of plain values %j is %d", (q, values, expected) => {
    expect(exactQuantile(q, values)).toBe(expected);
  });

  test.each<[string, number, Explicit, number | null]>([
    ["halfway into its bucket", 0.5, explicit([1, 2, 4], [0, 10, 0, 0]), 1.5],
    ["from 0 in the first bucket", 0.5, explicit([10], [4, 0]), 5],
    ["at the bound of a first bucket that is not positive", 0.5, explicit([-1, 0], [4, 0, 0]), -1],
    ["at the highest bound in the overflow bucket", 0.99, explicit([1, 2], [0, 1, 99]), 2],
    ["at the end of a bucket it fills", 0.5, explicit([1, 2], [5, 5, 0]), 1],
    ["nowhere without observations", 0.5, explicit([1, 2], [0, 0, 0]), null],
    ["nowhere without bounds", 0.5, explicit([], [5]), null],
  ])("in an explicit histogram it lies %s", (_, q, histogram, expected) => {
    expect(explicitQuantile(q, histogram)).toBe(expected);
  });

  test.each<[string, number, Exponential, number | null]>([
    ["geometrically inside a bucket", 0.5, exponential({ positive: { offset: 0, counts: [4] } }), 2 ** 0.5],
    ["by the scale's base", 0.5, exponential({ scale: -1, positive: { offset: 1, counts: [4] } }), 8],
    ["at 0 inside the zero bucket", 0.5, exponential({ zeroCount: 10 }), 0],
    ["mirrored below 0", 0.5, exponential({ negative: { offset: 0, counts: [4] } }), -(2 ** 0.5)],
    [
      "above the zero bucket when most are",
      0.75,
      exponential({ zeroCount: 2, positive: { offset: 2, counts: [2] } }),
      2 ** 2.5,
    ],
    ["nowhere without observations", 0.5, exponential({}), null],
  ])("in an exponential histogram it lies %s", (_, q, histogram, expected) => {
    const found = exponentialQuantile(q, histogram);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(expected, 10);
  });

  test("an exponential histogram comes within its bucket's width of the exact one", () => {
    const scale = 3;
    const base = 2 ** (2 ** -scale);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0.5, 0.9, 0.99),
        (values, q) => {
          const indexes = values.map((value) => Math.ceil(Math.log2(value) * 2 ** scale) - 1);
          const offset = Math.min(...indexes);
          const counts = new Array<number>(Math.max(...indexes) - offset + 1).fill(0);
          for (const index of indexes) counts[index - offset] = (counts[index - offset] ?? 0) + 1;
          const found = exponentialQuantile(q, exponential({ scale, positive: { offset, counts } })) ?? 0;
          const sorted = [...values].sort((a, b) => a - b);
          const exact = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
          expect(found / exact).toBeLessThanOrEqual(base * 1.0001);
          expect(found / exact).toBeGreaterThanOrEqual(1 / (base * 1.0001));
        },
      ),
    );
  });

  test("a summary tells the quantiles its client kept, and no other", () => {
    const summary = { kind: "summary" as const, count: 3, sum: 6, quantiles: [{ quantile: 0.99, value: 4 }] };

    expect(summaryQuantile(0.99, summary)).toBe(4);
    expect(summaryQuantile(0.5, summary)).toBeNull();
  });
});

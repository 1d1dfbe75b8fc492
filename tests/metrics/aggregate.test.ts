import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { aggregateWindow, counterLookbackMs } from "../../shared/metrics/index.ts";
import type { Aggregate } from "../../shared/metrics/schemas.ts";
import { aCounter, aHistogram, aSeries, distributionsOf, pointsOf } from "./builders.ts";

const gauge = aSeries();
const other = aSeries({ labels: { host: "b" } });
const counter = aCounter();
const delta = aCounter({ temporality: "delta" });
const upDown = aCounter({ monotonic: false });
const at = (s: number) => s * 1000;
const over = (series: typeof gauge, ...points: [s: number, value: number][]) =>
  pointsOf(
    series,
    points.map(([s, value]) => [at(s), value] as const),
  );
const fold = (aggregate: Aggregate, ...points: ReturnType<typeof over>[]) =>
  aggregateWindow(points, aggregate, at(60), at(120));

describe("aggregateWindow", () => {
  const a = over(gauge, [60, 100], [61, 1], [90, 5], [120, 3], [121, 100]);
  const b = over(other, [70, 10], [80, 20]);

  test.each<[Aggregate, number]>([
    ["avg", 3],
    ["min", 1],
    ["max", 5],
    ["sum", 9],
    ["count", 3],
    ["last", 3],
    ["p50", 3],
  ])("%s runs over the points after the start and up to the end", (aggregate, expected) => {
    expect(fold(aggregate, a)).toBe(expected);
  });

  test.each<[Aggregate, number]>([
    ["avg", 39 / 5],
    ["min", 1],
    ["max", 20],
    ["sum", 39],
    ["count", 5],
    ["last", (3 + 20) / 2],
    ["p50", 5],
  ])("%s folds several series as it folds points", (aggregate, expected) => {
    expect(fold(aggregate, a, b)).toBeCloseTo(expected, 12);
  });

  test.each<[string, number | null, ReturnType<typeof over>]>([
    ["starts from the last point before the window", 30, over(counter, [50, 10], [70, 20], [110, 40])],
    ["says nothing of a first point", null, over(counter, [70, 20])],
    ["counts from 0 after a restart", 9, over(counter, [70, 100], [80, 4], [90, 9])],
    ["does not bridge a silence", 2, over(counter, [60 - counterLookbackMs / 1000, 10], [70, 50], [80, 52])],
    ["adds deltas up", 7, over(delta, [50, 100], [70, 3], [80, 4])],
    ["may fall where the sum is not monotonic", -6, over(upDown, [50, 10], [70, 2], [80, 4])],
    ["sees a gauge as a counter, as PromQL does", 5, over(gauge, [50, 10], [70, 15])],
    ["steps over NaN", 10, over(counter, [50, 10], [70, Number.NaN], [80, 20])],
  ])("increase %s", (_, expected, points) => {
    expect(fold("increase", points)).toBe(expected);
    const rate = fold("rate", points);
    expect(rate).toBe(expected === null ? null : expected / 60);
  });

  test("increases of several series add up, and a series that cannot tell takes nothing away", () => {
    const known = over(counter, [50, 10], [70, 20]);
    const unknown = over(aCounter({ labels: { host: "b" } }), [70, 1000]);

    expect(fold("increase", known, unknown)).toBe(10);
  });

  test("the increase over adjacent windows is that over both", () => {
    const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 600 }), fc.nat(1000)), { minLength: 1 });
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 599 }), (all, middle) => {
        const unique = [...new Map(all)].sort(([x], [y]) => x - y);
        const series = over(counter, ...unique);
        const parts = [
          aggregateWindow([series], "increase", -1, at(middle)),
          aggregateWindow([series], "increase", at(middle), at(600)),
        ];
        const whole = aggregateWindow([series], "increase", -1, at(600));
        const known = parts.filter((part) => part !== null);
        expect(known.length > 0 ? known.reduce((sum, part) => sum + part, 0) : null).toBe(whole);
      }),
    );
  });

  test.each<Aggregate>(["avg", "min", "max", "sum", "count", "last", "rate", "increase", "p99"])(
    "%s of no points, or of NaN alone, is null",
    (aggregate) => {
      expect(fold(aggregate)).toBeNull();
      expect(fold(aggregate, over(gauge, [10, 1]))).toBeNull();
      expect(fold(aggregate, over(gauge, [70, Number.NaN], [80, Number.NaN]))).toBeNull();
    },
  );

  test("infinities are values", () => {
    const points = over(gauge, [70, Number.POSITIVE_INFINITY], [80, 1]);

    expect(fold("max", points)).toBe(Number.POSITIVE_INFINITY);
    expect(fold("min", points)).toBe(1);
  });

  test("on histograms the aggregates speak of the observations", () => {
    const latency = aSeries({ name: "latency", type: "histogram", temporality: "cumulative" });
    const points = distributionsOf(latency, [
      [at(50), aHistogram([10, 0, 0, 0], { sum: 5 })],
      [at(70), aHistogram([10, 4, 0, 0], { sum: 11 })],
      [at(110), aHistogram([10, 4, 6, 0], { sum: 35 })],
    ]);

    expect(aggregateWindow([points], "count", at(60), at(120))).toBe(10);
    expect(aggregateWindow([points], "sum", at(60), at(120))).toBe(30);
    expect(aggregateWindow([points], "avg", at(60), at(120))).toBe(3);
    expect(aggregateWindow([points], "rate", at(60), at(120))).toBeCloseTo(10 / 60);
    expect(aggregateWindow([points], "p50", at(60), at(120))).toBeCloseTo(2.5);
    expect(aggregateWindow([points], "last", at(60), at(120))).toBe(35 / 20);
  });
});

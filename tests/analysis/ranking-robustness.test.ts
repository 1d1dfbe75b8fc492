import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { CauseCase } from "../../shared/analysis/ranking/case.ts";
import { rankCauses } from "../../shared/analysis/ranking/rank-causes.ts";
import { renamed } from "../bench/causes/variants.ts";
import { aCauseCase, alertTime, aSeries, spansOf } from "./ranking-builders.ts";

const service = fc.constantFrom("site", "basket", "stock", "__proto__", "constructor", "a\nb", "");
const named = fc.constantFrom("site", "basket", "stock", "__proto__", "constructor", "a\nb");
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -1, 1e300, 1e-300),
);
const series = fc
  .record({
    service: named,
    metric: fc.constantFrom("cpu_percent", "latency_average", "latency_p95", "availability", "requests", "x"),
    unit: fc.constantFrom("", "%", "s"),
    peer: fc.option(named),
    points: fc.array(fc.tuple(fc.integer({ min: -4000, max: 900 }), fc.option(number)), { maxLength: 40 }),
  })
  .map(({ points, ...rest }) => ({
    ...rest,
    timestamps: points.map(([t]) => alertTime + t),
    values: points.map(([, value]) => value),
  }));
const span = fc.record({
  window: fc.constantFrom("before", "after"),
  parentService: fc.option(named),
  service: named,
  operation: fc.constantFrom("GET", "error", ""),
  count: fc.oneof(fc.nat(), fc.constant(1e300)),
  selfP50Ms: fc.option(number),
  selfP95Ms: fc.option(number),
  gapP50Ms: fc.option(number),
  gapP95Ms: fc.option(number),
});
const anyCase = fc
  .record({
    id: fc.string(),
    alertTime: fc.constant(alertTime),
    target: fc.record({ service: named, metric: fc.option(fc.constantFrom("latency", "availability", "")) }),
    graph: fc.record({ nodes: fc.array(service), edges: fc.array(fc.tuple(service, service)) }),
    series: fc.array(series, { maxLength: 12 }),
    traces: fc.option(
      fc.record({
        beforeMinutes: fc.constantFrom(1, 0.001),
        afterMinutes: fc.constantFrom(1, 1e6),
        spans: fc.array(span, { maxLength: 20 }),
      }),
    ),
    logs: fc.option(
      fc.array(fc.record({ t: fc.integer({ min: 0, max: 2e12 }), service: named, line: fc.string() })),
    ),
    deployments: fc.option(fc.array(fc.record({ t: number, service: named, version: fc.string() }))),
  })
  .map((given) => CauseCase.parse(given));

const example = () =>
  aCauseCase({
    edges: [
      ["site", "basket"],
      ["basket", "stock"],
      ["stock", "basket"],
    ],
    series: [
      aSeries("basket", "cpu_percent", 4, [90, 91, 92]),
      aSeries("stock", "latency_p95", 0.1, [0.4, null, 0.5], { unit: "s" }),
      aSeries("site", "latency_p95", 0.1, [0.4, 0.4, 0.5], { unit: "s" }),
    ],
    traces: {
      beforeMinutes: 1,
      afterMinutes: 2,
      spans: [
        ...spansOf(null, "site", "GET /"),
        ...spansOf("site", "basket", "POST /", { gapP50Ms: 400 }),
        ...spansOf("basket", "stock", "GET /", { count: 9 }),
      ],
    },
  });

test("whatever the case holds, the answer is sorted, finite, and names each service once", () => {
  fc.assert(
    fc.property(anyCase, (given) => {
      const ranked = rankCauses(given);
      const scores = ranked.map(({ score }) => score);

      expect(ranked.length).toBeLessThanOrEqual(50);
      expect(new Set(ranked.map((cause) => cause.service)).size).toBe(ranked.length);
      expect(scores.every((score) => Number.isFinite(score) && score >= 0)).toBe(true);
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
      for (const { parts } of ranked)
        for (const part of Object.values(parts)) {
          expect(part).toBeGreaterThanOrEqual(0);
          expect(part).toBeLessThanOrEqual(1);
        }
    }),
    { numRuns: 400 },
  );
});

test("the same case has the same answer to the last byte, and is left as it was", () => {
  fc.assert(
    fc.property(anyCase, (given) => {
      const before = JSON.stringify(given);
      const first = JSON.stringify(rankCauses(given));

      expect(JSON.stringify(rankCauses(JSON.parse(before)))).toBe(first);
      expect(JSON.stringify(given)).toBe(before);
    }),
  );
});

test("names of services play no part", () => {
  const given = example();
  const truth = { id: "case", group: "", service: "basket", metrics: null };

  const plain = rankCauses(given).map(({ metric, score, parts }) => ({ metric, score, parts }));
  const other = renamed({ given, truth });
  const opaque = rankCauses(other.given);

  expect(opaque.map(({ metric, score, parts }) => ({ metric, score, parts }))).toEqual(plain);
  expect(opaque[0]?.service).toBe(other.truth.service);
});

describe("cases that say little", () => {
  test("an empty case has an empty answer", () => {
    expect(rankCauses(aCauseCase())).toEqual([]);
  });

  test("a service that calls itself and its callers is ranked like any other", () => {
    expect(rankCauses(example())[0]?.service).toBe("basket");
  });

  test.each<[string, (number | null)[]]>([
    ["no sample", []],
    ["nothing but gaps", [null, null, null]],
    ["one point", [3]],
    ["numbers too large to add up", [1e300, -1e300, 1e308]],
  ])("a series with %s accuses nobody", (_, values) => {
    const timestamps = values.map((_value, i) => alertTime - 60 + 60 * i);
    const only = aSeries("stock", "cpu_percent", 1, [], { timestamps, values });

    expect(rankCauses(aCauseCase({ series: [only] }))).toMatchObject([
      { service: "stock", score: 0, why: [] },
    ]);
  });

  test("history counts by its time, not by its place in the list", () => {
    const sorted = aSeries("stock", "cpu_percent", 4, [90, 91, 92]);
    const shuffled = {
      ...sorted,
      timestamps: [...sorted.timestamps].reverse(),
      values: [...sorted.values].reverse(),
    };

    expect(rankCauses(aCauseCase({ series: [shuffled] }))).toEqual(
      rankCauses(aCauseCase({ series: [sorted] })),
    );
  });

  test("without a graph the largest change of a resource still comes first", () => {
    const [first] = rankCauses(
      aCauseCase({
        target: { service: "site", metric: null },
        series: [
          aSeries("basket", "basket_latency", 0.1, [0.2, 0.2, 0.2]),
          aSeries("stock", "stock_mem", 100, [400, 410, 420]),
          aSeries("search", "search_workload", 10, [12, 11, 12]),
        ],
      }),
    );

    expect(first).toMatchObject({ service: "stock", metric: "stock_mem" });
  });
});

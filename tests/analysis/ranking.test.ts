import { describe, expect, test } from "@jest/globals";
import type { LogLine } from "../../shared/analysis/ranking/case.ts";
import { rankCauses } from "../../shared/analysis/ranking/rank-causes.ts";
import { aCauseCase, alertTime, aSeries, spansOf } from "./ranking-builders.ts";

const shop: [string, string][] = [
  ["site", "basket"],
  ["basket", "stock"],
  ["stock", "table"],
  ["site", "search"],
];

test("a processor that fills up names its service and the metric", () => {
  const [first, ...others] = rankCauses(
    aCauseCase({
      edges: shop,
      series: [
        aSeries("basket", "latency_p95", 0.1, [0.5, 0.6, 0.5], { unit: "s" }),
        aSeries("stock", "cpu_percent", 4, [96, 97, 95], { unit: "%" }),
        aSeries("stock", "latency_p95", 0.1, [0.5, 0.6, 0.5], { unit: "s" }),
        aSeries("search", "cpu_percent", 4, [4.1, 4, 4.2], { unit: "%" }),
      ],
    }),
  );

  expect(first).toMatchObject({ service: "stock", metric: "cpu_percent" });
  expect(first?.why[0]).toBe("cpu_percent went from 4 % to 97 %");
  expect(first?.changedAt).toBeGreaterThan(alertTime - 120);
  expect(others.every(({ score }) => score < (first?.score ?? 0))).toBe(true);
});

test("time waited is put down to the service furthest down that adds it", () => {
  const waiting = (service: string, calm: number, after: number) => [
    aSeries(service, "latency_average", calm, [after, after, after], { unit: "s" }),
    aSeries(service, "requests_sum", 100, [100, 100, 100]),
  ];

  const ranked = rankCauses(
    aCauseCase({
      edges: shop,
      target: { service: "site", metric: "latency_average" },
      series: [
        ...waiting("site", 0.2, 0.7),
        ...waiting("basket", 0.1, 0.6),
        ...waiting("stock", 0.05, 0.55),
        ...waiting("table", 0.01, 0.0101),
        ...waiting("search", 0.02, 0.03),
      ],
    }),
  );

  expect(ranked[0]).toMatchObject({ service: "stock", metric: "latency_average" });
  expect(ranked[0]?.parts.topology).toBeGreaterThan(0.5);
});

test("a dependency that was never called before explains nothing: its caller changed", () => {
  const failing = (service: string, after: number) => [
    aSeries(service, "availability", 100, [after, after, after], { unit: "%" }),
    aSeries(service, "requests", 100, [100, 100, 100]),
  ];
  const newcomer = { timestamps: [alertTime - 60, alertTime], values: [0, 0], unit: "%" };

  const ranked = rankCauses(
    aCauseCase({
      edges: shop,
      target: { service: "site", metric: "availability" },
      series: [
        ...failing("site", 80),
        ...failing("basket", 80),
        ...failing("stock", 80),
        aSeries("table", "availability", 0, [], newcomer),
        aSeries("table", "requests", 0, [], { ...newcomer, values: [20, 20], unit: "" }),
      ],
    }),
  );

  expect(ranked[0]?.service).toBe("stock");
});

test("time lost on the way is put down to the end that slow calls have in common", () => {
  const slow = { gapP50Ms: 900, gapP95Ms: 2000 };
  const ranked = rankCauses(
    aCauseCase({
      traces: {
        beforeMinutes: 1,
        afterMinutes: 1,
        spans: [
          ...spansOf(null, "site", "GET /"),
          ...spansOf("site", "basket", "POST /basket", slow),
          ...spansOf("site", "search", "GET /search"),
          ...spansOf("site", "stock", "GET /stock"),
          ...spansOf("search", "basket", "GET /basket", slow),
          ...spansOf("basket", "stock", "GET /stock"),
          ...spansOf("search", "stock", "GET /stock"),
        ],
      },
    }),
  );

  expect(ranked[0]?.service).toBe("basket");
  expect(ranked[0]?.parts.traces).toBeGreaterThan(0.5);
});

test("a call timed at both ends tells a slow network from a slow callee", () => {
  const call = (metric: string, service: string, peer: string, after: number) =>
    aSeries(service, metric, 0.004, [after, after, after], { unit: "s", peer });
  const calls = (server: number) =>
    aCauseCase({
      edges: shop,
      series: [
        call("call_latency_client", "basket", "stock", 0.8),
        call("call_latency_server", "stock", "basket", server),
        call("call_latency_client", "site", "search", 0.004),
        call("call_latency_server", "search", "site", 0.004),
      ],
    });
  const sureOf = (server: number) =>
    rankCauses(calls(server)).find(({ service }) => service === "stock")?.parts.traces;

  expect(sureOf(0.004)).toBeGreaterThan(0.4);
  expect(sureOf(0.8)).toBe(0);
});

test("calls that stop half-way point at who should have made them", () => {
  const ranked = rankCauses(
    aCauseCase({
      traces: {
        beforeMinutes: 1,
        afterMinutes: 1,
        spans: [
          ...spansOf(null, "site", "GET /", { count: 400 }, { count: 400 }),
          ...spansOf("site", "search", "GET /search", { count: 400 }, { count: 400 }),
          ...spansOf("site", "basket", "POST /order", { count: 400 }, { count: 400 }),
          ...spansOf("basket", "stock", "reserve", { count: 400 }, { count: 400 }),
          ...spansOf("basket", "table", "confirm", { count: 90 }, { count: 400 }),
        ],
      },
    }),
  );

  expect(ranked[0]?.service).toBe("basket");
  expect(ranked[0]?.why).toContain("confirm ran 90 times where 400 were to be expected");
});

describe("logs", () => {
  const lines = (service: string, line: string, times: number, from: number): LogLine[] =>
    Array.from({ length: times }, (_, i) => ({
      t: (alertTime + from + i) * 1000,
      service,
      line: `${line} ${i}`,
    }));

  const logs = [
    ...lines("basket", "INFO order", 60, -700),
    ...lines("basket", "INFO order", 60, -100),
    ...lines("search", "ERROR no such word", 30, -700),
    ...lines("search", "ERROR no such word", 30, -100),
    ...lines("stock", "INFO reserved", 40, -700),
    ...lines("stock", "ERROR reservation failed for", 40, -100),
  ];

  test("failure that is new outweighs failure that was always there", () => {
    const [first] = rankCauses(aCauseCase({ edges: shop, logs }));

    expect(first?.service).toBe("stock");
    expect(first?.why[0]).toBe("logged 40 times, before 0: ERROR reservation failed for *");
    expect(first?.metric).toBeUndefined();
  });

  test("one line is not much", () => {
    const [first] = rankCauses(
      aCauseCase({ edges: shop, logs: [...logs.slice(0, 180), ...lines("table", "ERROR odd", 1, -50)] }),
    );

    expect(first?.score ?? 1).toBeLessThan(0.1);
  });
});

describe("what happened before", () => {
  const faint = [
    aSeries("stock", "latency_p95", 0.1, [0.16, 0.17, 0.16], { unit: "s" }),
    aSeries("search", "latency_p95", 0.1, [0.2, 0.21, 0.2], { unit: "s" }),
  ];
  const firstWith = (given: Parameters<typeof aCauseCase>[0]) =>
    rankCauses(aCauseCase({ edges: shop, series: faint, ...given }))[0]?.service;
  const deployed = (service: string, ageS: number) => [{ t: alertTime - ageS, service, version: "2" }];

  test("a recent deployment decides where the evidence is in doubt", () => {
    expect(firstWith({})).toBe("search");
    expect(firstWith({ deployments: deployed("stock", 300) })).toBe("stock");
  });

  test.each([
    ["of yesterday", 86_400],
    ["after the alert", -300],
  ])("a deployment %s decides nothing", (_, ageS) => {
    expect(firstWith({ deployments: deployed("stock", ageS) })).toBe("search");
  });

  test("a recent deployment does not outweigh plain evidence", () => {
    const series = [...faint, aSeries("search", "cpu_percent", 4, [96, 97, 95])];

    expect(firstWith({ series, deployments: deployed("stock", 300) })).toBe("search");
  });

  test("a precedent speaks for its service", () => {
    const scoreOf = (precedents: { service: string; similarity: number }[]) =>
      rankCauses(aCauseCase({ edges: shop, series: faint, precedents })).find(
        ({ service }) => service === "stock",
      );

    const without = scoreOf([]);
    const with_ = scoreOf([{ service: "stock", similarity: 0.9 }]);

    expect(with_?.score).toBeGreaterThan(without?.score ?? 0);
    expect(with_?.parts.precedent).toBe(0.9);
    expect(with_?.why).toContain("a similar incident came from it");
  });
});

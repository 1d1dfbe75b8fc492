import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { groupMembers, maxGroups, niceStep } from "../../shared/metrics/index.ts";
import {
  checkSteps,
  defaultRetention,
  planQuery,
  type Resolution,
  retentionOf,
} from "../../shared/metrics/resolution.ts";
import type { Aggregate, MetricType } from "../../shared/metrics/schemas.ts";
import { windowIndex, windowStart, windowsOver } from "../../shared/metrics/windows.ts";
import { dayMs, hourMs, midnightMs, minuteMs, secondMs } from "./builders.ts";

const nowMs = midnightMs + 13 * hourMs + 7 * minuteMs;

describe("the resolution of a chart", () => {
  test.each<[string, number, number, Aggregate, MetricType, Resolution, number]>([
    ["an hour by 15 s", hourMs, 15 * secondMs, "avg", "gauge", "raw", 15 * secondMs],
    ["a day by 5 min", dayMs, 5 * minuteMs, "avg", "gauge", "5m", 5 * minuteMs],
    ["a week by 30 min", 7 * dayMs, 30 * minuteMs, "max", "gauge", "5m", 30 * minuteMs],
    ["a month by 3 h", 30 * dayMs, 3 * hourMs, "avg", "gauge", "1h", 3 * hourMs],
    ["a day by 7 min, which no roll-up fills", dayMs, 7 * minuteMs, "avg", "gauge", "raw", 7 * minuteMs],
    [
      "a month by 7 min, which raw points do not reach",
      30 * dayMs,
      7 * minuteMs,
      "avg",
      "gauge",
      "5m",
      10 * minuteMs,
    ],
    ["half a year by 30 min", 180 * dayMs, 30 * minuteMs, "avg", "gauge", "1h", hourMs],
    ["percentiles of plain values", 30 * dayMs, 3 * hourMs, "p95", "gauge", "raw", 3 * hourMs],
    ["percentiles of histograms", 30 * dayMs, 3 * hourMs, "p95", "histogram", "1h", 3 * hourMs],
    ["the rate of a counter", 30 * dayMs, 3 * hourMs, "rate", "sum", "1h", 3 * hourMs],
    ["the rate of a gauge", 30 * dayMs, 3 * hourMs, "rate", "gauge", "raw", 3 * hourMs],
  ])("of %s", (_, spanMs, stepMs, aggregate, type, resolution, widthMs) => {
    const input = { fromMs: nowMs - spanMs, toMs: nowMs, stepMs, aggregate };

    const plan = planQuery(input, type, nowMs, defaultRetention);

    expect(plan.resolution).toBe(resolution);
    expect(plan.windows.widthMs).toBe(widthMs);
    expect(plan.windows.fromMs % widthMs).toBe(0);
  });

  test("an end in the past is moved to the end of its bucket, the present one is not", () => {
    const past = { fromMs: midnightMs - dayMs, toMs: midnightMs - 17 * minuteMs, stepMs: hourMs };

    expect(planQuery({ ...past, aggregate: "avg" }, "gauge", nowMs, defaultRetention).windows.toMs).toBe(
      midnightMs,
    );
    const present = { ...past, toMs: nowMs, aggregate: "avg" as const };
    expect(planQuery(present, "gauge", nowMs, defaultRetention).windows.toMs).toBe(nowMs);
  });

  test.each([
    [hourMs, 15 * secondMs],
    [6 * hourMs, 2 * minuteMs],
    [dayMs, 5 * minuteMs],
    [30 * dayMs, 3 * hourMs],
    [400 * dayMs, 2 * dayMs],
  ])("%d ms are drawn by %d ms", (spanMs, stepMs) => {
    expect(niceStep(spanMs)).toBe(stepMs);
  });

  test("more steps than an answer holds are refused with a step that fits", () => {
    expect(() => checkSteps(0, 11_001 * secondMs, secondMs)).toThrow("ask for 2000 ms or more");
    expect(() => checkSteps(0, 11_000 * secondMs, secondMs)).not.toThrow();
  });
});

test("every moment after the start falls in exactly one window", () => {
  const span = fc.record({ fromMs: fc.nat(1e9), lengthMs: fc.integer({ min: 1, max: 1e8 }) });
  fc.assert(
    fc.property(
      span,
      fc.integer({ min: 1, max: 1e7 }),
      fc.nat(1e8),
      ({ fromMs, lengthMs }, widthMs, later) => {
        const windows = windowsOver(fromMs, fromMs + lengthMs, widthMs);
        const timeMs = fromMs + 1 + (later % lengthMs);
        const at = windowIndex(windows, timeMs);
        const startMs = windows.fromMs + at * widthMs;
        expect(at).toBeGreaterThanOrEqual(0);
        expect(at).toBeLessThan(windows.count);
        expect(timeMs > startMs && timeMs <= startMs + widthMs).toBe(true);
        expect(windowStart(timeMs, widthMs)).toBe(startMs);
      },
    ),
  );
});

describe("groups", () => {
  test("beyond 200 are cut, the same ones every time, and the answer says so", () => {
    const members = Array.from({ length: 300 }, (_, i) => ({ host: `h${i}` }));
    const backwards = [...members].reverse();

    const first = groupMembers(members, (labels) => labels, ["host"]);
    const second = groupMembers(backwards, (labels) => labels, ["host"]);

    expect(first.truncated).toBe(true);
    expect(first.groups).toHaveLength(maxGroups);
    expect(first.groups.map(({ key }) => key)).toEqual(second.groups.map(({ key }) => key));
  });

  test("labels named like parts of an object are labels", () => {
    const labels = JSON.parse('{"__proto__":"p","constructor":"c"}') as Record<string, string>;

    const { groups } = groupMembers([labels], (one) => one, ["__proto__", "constructor", "toString"]);

    expect(JSON.stringify(groups[0]?.labels)).toBe('{"__proto__":"p","constructor":"c"}');
  });
});

test("nothing is kept longer than the days that were chosen", () => {
  const dayMs = 86_400_000;

  expect(retentionOf(400)).toEqual(defaultRetention);
  expect(retentionOf(30)).toEqual({ rawMs: 15 * dayMs, fiveMinutesMs: 30 * dayMs, hourMs: 30 * dayMs });
  expect(retentionOf(7)).toEqual({ rawMs: 7 * dayMs, fiveMinutesMs: 7 * dayMs, hourMs: 7 * dayMs });
});

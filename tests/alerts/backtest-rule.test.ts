import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { backtestRule } from "../../shared/alerts/backtest-rule.ts";
import { replay } from "../../shared/alerts/replay.ts";
import type { MetricQueryResult } from "../../shared/metrics/schemas.ts";
import { aCtx, aRuleInput, aSeries, minutes, noonMs, type Sample, seconds } from "./builders.ts";
import { memoryMetrics } from "./memory-metrics.ts";
import { type Stage, startStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const stepMs = seconds(15);
const series = (values: readonly number[]): Sample[] =>
  values.map((value, i) => ({ atMs: noonMs + i * stepMs, value, labels: { host: "a" } }));
const noQuery = () => Promise.reject(new Error("Raw points were to be read."));

describe("the back-test", () => {
  test("says when the rule would have fired, how long, how often and how high", async () => {
    const metrics = memoryMetrics();
    const ctx = aCtx({ nowMs: noonMs + minutes(60) });
    metrics.keep(
      ctx.tenantId,
      series(Array.from({ length: 240 }, (_, i) => (i >= 20 && i < 60 ? 91 + i / 100 : 20))),
    );

    const result = await backtestRule(
      ctx,
      { rule: aRuleInput({ forMs: minutes(3), windowMs: minutes(1) }), from: "-1h", to: "now" },
      { ...metrics.store, query: noQuery },
    );

    expect(result).toMatchObject({ stepMs, evaluations: 241, firingsPerDay: 24, totalFiringMs: minutes(7) });
    expect(result.firings).toEqual([
      {
        labels: { host: "a" },
        severity: "critical",
        startedMs: noonMs + minutes(8),
        endedMs: noonMs + minutes(15),
        peakValue: 91.59,
      },
    ]);
    expect(result.series.groups[0]?.values[25]).toBe(91.25);
    expect(result.series.timesMs).toHaveLength(241);
  });

  test("live evaluation point by point and back-test agree on when it fires", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(10, 85, 95), { minLength: 5, maxLength: 20 }),
        fc.constantFrom(0, seconds(30), seconds(60)),
        fc.constantFrom(0, seconds(30)),
        fc.constantFrom("last" as const, "avg" as const, "max" as const),
        async (values, forMs, keepFiringForMs, aggregate) => {
          const overrides = { forMs, keepFiringForMs, aggregate, thresholds: { warning: 80, critical: 90 } };
          const { tenantId, arrive, events } = await stage.tenant(overrides);
          for (const sample of series(values)) await arrive([sample]);
          const live = events().filter(({ type }) => type !== "alert.severity-changed.v1");

          const { firings } = await backtestRule(
            aCtx({ tenantId, nowMs: noonMs + (values.length - 1) * stepMs }),
            { rule: aRuleInput(overrides), from: String(noonMs), to: "now" },
            { ...stage.metrics.store, query: noQuery },
          );

          const iso = (ms: number | null) => (ms === null ? [] : [new Date(ms).toISOString()]);
          expect(firings.flatMap(({ startedMs, endedMs }) => [...iso(startedMs), ...iso(endedMs)])).toEqual(
            live.map(({ data }) => data["resolvedAt"] ?? data["startedAt"]),
          );
        },
      ),
      { numRuns: 8 },
    );
  });

  test("a month is judged on values aggregated per step, and says how coarsely", async () => {
    const hourMs = minutes(60);
    const asked: number[] = [];
    const query = async (
      _: string,
      input: { stepMs: number; fromMs: number },
    ): Promise<MetricQueryResult> => {
      asked.push(input.stepMs);
      return {
        name: "cpu",
        unit: "%",
        type: "gauge",
        aggregate: "last",
        stepMs: hourMs,
        resolution: "1h",
        timesMs: Array.from({ length: 720 }, (_, i) => noonMs + (i - 720) * hourMs),
        groups: [
          { labels: { host: "a" }, values: Array.from({ length: 720 }, (_, i) => (i % 240 === 5 ? 95 : 10)) },
        ],
        truncated: false,
      };
    };
    const readPoints = () => Promise.reject(new Error("A month of raw points was to be left alone."));

    const result = await backtestRule(
      aCtx({ nowMs: noonMs }),
      { rule: aRuleInput(), from: "-30d", to: "now" },
      { query, readPoints },
    );

    expect(asked).toEqual([minutes(15)]);
    expect(result).toMatchObject({ stepMs: hourMs, firingsPerDay: 0.1, totalFiringMs: 3 * hourMs });
    expect(result.firings[0]).toMatchObject({
      startedMs: noonMs - 714 * hourMs,
      endedMs: noonMs - 713 * hourMs,
    });
  });

  test("a series that begins late was not silent before", () => {
    const rule = { ...aRuleInput({ noData: "alert" }), id: "rul_x" };
    const steps = { fromMs: noonMs, toMs: noonMs + minutes(30), stepMs };

    const { firings } = replay(rule, [aSeries([[noonMs + minutes(20), 10]])], steps);

    expect(firings.map(({ startedMs }) => startedMs)).toEqual([noonMs + minutes(25)]);
  });

  test("many groups are judged in bounded time, at a wider step", async () => {
    const metrics = memoryMetrics();
    const ctx = aCtx({ nowMs: noonMs + minutes(60 * 24) });
    metrics.keep(
      ctx.tenantId,
      Array.from({ length: 1_000 }, (_, i) => ({
        atMs: noonMs + minutes(60),
        value: 95,
        labels: { host: `h${i}` },
      })),
    );

    const result = await backtestRule(
      ctx,
      { rule: aRuleInput({ windowMs: minutes(60) }), from: "-24h", to: "now" },
      { ...metrics.store, query: noQuery },
    );

    expect(result.evaluations).toBeLessThan(210);
    expect(result.firings).toHaveLength(1_000);
    expect(result.series).toMatchObject({ truncated: true });
    expect(result.series.groups).toHaveLength(20);
  });
});

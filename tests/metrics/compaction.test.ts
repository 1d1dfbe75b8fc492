import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { aggregateWindow, type SeriesPoints } from "../../shared/metrics/index.ts";
import type { Aggregate } from "../../shared/metrics/schemas.ts";
import {
  aCounter,
  aHistogram,
  aSeries,
  dayMs,
  distributionsOf,
  hourMs,
  midnightMs,
  minuteMs,
  type Point,
  pointsOf,
} from "./builders.ts";
import { CompactionBench } from "./compaction-bench.ts";

const bench = new CompactionBench();
beforeAll(() => bench.start());
afterAll(() => bench.stop());

const gauge = aSeries();
const counter = aCounter();
const latency = aSeries({ name: "latency", type: "histogram", temporality: "cumulative" });

async function ask(tenantId: string, name: string, aggregate: Aggregate, stepMs: number, toMs = bench.nowMs) {
  const input = { name, matchers: [], groupBy: [], aggregate, stepMs, fromMs: midnightMs, toMs };
  return bench.store().query(tenantId, input);
}

/** What the pure function says of all points, window by window. */
function expected(points: SeriesPoints, aggregate: Aggregate, stepMs: number, toMs: number) {
  const values: (number | null)[] = [];
  for (let startMs = midnightMs; startMs < toMs; startMs += stepMs) {
    values.push(aggregateWindow([points], aggregate, startMs, Math.min(startMs + stepMs, toMs)));
  }
  return values;
}

describe("compaction", () => {
  test("R-03, R-04: any order and repetition of batches, compacted at any moment, gives the same answers", async () => {
    const moment = fc.integer({ min: 1, max: 30 * 60 }).map((minutes) => midnightMs + minutes * minuteMs);
    const points = fc.uniqueArray(fc.tuple(moment, fc.integer({ min: 0, max: 1000 })), {
      minLength: 8,
      maxLength: 24,
      selector: ([timeMs]) => timeMs,
    });
    const waits = fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 12, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(points, fc.infiniteStream(fc.nat()), waits, async (all, order, waitMinutes) => {
        const tenantId = bench.tenant();
        bench.nowMs = midnightMs + 30 * hourMs;
        const batches = Array.from({ length: 3 }, (_, i) => all.filter((_, at) => at % 3 === i));
        const deliveries = [...batches, ...batches]
          .map((batch) => ({ batch, at: order.next().value ?? 0 }))
          .sort((x, y) => x.at - y.at);
        // The first write fixes where the tenant's history begins; earlier windows are owed one by one.
        for (const [i, { batch }] of deliveries.entries()) {
          await bench.write(
            tenantId,
            batch.flatMap(([timeMs, value]): Point[] => [
              [gauge, timeMs, value],
              [counter, timeMs, value],
            ]),
          );
          bench.nowMs += (waitMinutes[i] ?? 0) * minuteMs;
          if (i % 2 === 0) await bench.compact(tenantId);
        }
        const sorted = [...all].sort(([x], [y]) => x - y);

        const toMs = midnightMs + 30 * hourMs;
        const rawGauge = await ask(tenantId, gauge.name, "max", 6 * minuteMs, toMs);
        expect(rawGauge.groups[0]?.values).toEqual(
          expected(pointsOf(gauge, sorted), "max", 6 * minuteMs, toMs),
        );
        bench.nowMs += 12 * hourMs;
        while ((await bench.compact(tenantId)) === "compacted");
        for (const stepMs of [6 * minuteMs, 10 * minuteMs, 2 * hourMs]) {
          const { groups: sums } = await ask(tenantId, gauge.name, "sum", stepMs, toMs);
          expect(sums[0]?.values).toEqual(expected(pointsOf(gauge, sorted), "sum", stepMs, toMs));
          const { groups } = await ask(tenantId, counter.name, "increase", stepMs, toMs);
          expect(groups[0]?.values ?? []).toEqual(
            expected(pointsOf(counter, sorted), "increase", stepMs, toMs),
          );
        }
      }),
      { numRuns: 4 },
    );
  }, 60_000);

  const everyFiveMinutes = (count: number) =>
    Array.from({ length: count }, (_, i) => midnightMs + (i + 1) * 5 * minuteMs);

  test("charts over roll-ups end at now, and equal those over raw points", async () => {
    const tenantId = bench.tenant();
    const store = bench.store();
    const times = everyFiveMinutes(12 * 26);
    for (let hour = 0; hour < 26; hour++) {
      const inHour = times.slice(12 * hour, 12 * hour + 12);
      bench.nowMs = inHour.at(-1) ?? 0;
      await bench.write(
        tenantId,
        inHour.flatMap((timeMs): Point[] => {
          const value = (timeMs - midnightMs) / minuteMs;
          return [
            [gauge, timeMs, value],
            [counter, timeMs, value],
            [latency, timeMs, value, aHistogram([value, 0, value, 0], { sum: 6 * value })],
          ];
        }),
        store,
      );
      if (hour % 3 === 0) await bench.compact(tenantId);
    }
    const pairs = times.map((timeMs) => [timeMs, (timeMs - midnightMs) / minuteMs] as const);
    const histograms = pairs.map(
      ([timeMs, value]) => [timeMs, aHistogram([value, 0, value, 0], { sum: 6 * value })] as const,
    );

    for (const [stepMs, resolution] of [
      [hourMs, "1h"],
      [15 * minuteMs, "5m"],
      [3 * hourMs, "1h"],
    ] as const) {
      const avg = await ask(tenantId, gauge.name, "avg", stepMs);
      const rate = await ask(tenantId, counter.name, "rate", stepMs);
      const p50 = await ask(tenantId, latency.name, "p50", stepMs);
      expect(avg.resolution).toBe(resolution);
      expect(avg.groups[0]?.values).toEqual(expected(pointsOf(gauge, pairs), "avg", stepMs, bench.nowMs));
      expect(avg.groups[0]?.values.at(-1)).not.toBeNull();
      const rates = expected(pointsOf(counter, pairs), "rate", stepMs, bench.nowMs);
      rate.groups[0]?.values.forEach((value, i) => {
        expect(value).toBeCloseTo(rates[i] ?? Number.NaN, 12);
      });
      expect(rate.groups[0]?.values).toHaveLength(rates.length);
      expect(p50.groups[0]?.values).toEqual(
        expected(distributionsOf(latency, histograms), "p50", stepMs, bench.nowMs),
      );
    }
  }, 30_000);

  test("a busy tenant is compacted before its hour is full", async () => {
    const tenantId = bench.tenant();
    bench.nowMs = midnightMs;
    await bench.write(tenantId, [[gauge, bench.nowMs, 1]]);
    bench.nowMs += 30 * minuteMs;
    expect(await bench.compact(tenantId)).toBe("not due");

    await bench.storage().rates.add(tenantId, 2_000_000, midnightMs);

    expect(await bench.compact(tenantId)).toBe("compacted");
  });

  test("a point that comes hours late reaches the roll-ups", async () => {
    const tenantId = bench.tenant();
    bench.nowMs = midnightMs + minuteMs;
    await bench.write(tenantId, [[gauge, bench.nowMs, 1]]);
    bench.nowMs = midnightMs + 8 * hourMs;
    await bench.write(tenantId, [[gauge, bench.nowMs, 1]]);
    bench.nowMs += 2 * hourMs;
    await bench.compact(tenantId);
    expect((await ask(tenantId, gauge.name, "sum", hourMs)).groups[0]?.values[3]).toBeNull();

    await bench.write(tenantId, [[gauge, midnightMs + 3 * hourMs + minuteMs, 7]]);
    bench.nowMs += 2 * hourMs;
    await bench.compact(tenantId);

    const { groups, resolution } = await ask(tenantId, gauge.name, "sum", hourMs);
    expect(resolution).toBe("1h");
    expect(groups[0]?.values.slice(0, 4)).toEqual([1, null, null, 7]);
  });

  test("raw points are forgotten after 15 days and roll-ups stay", async () => {
    const tenantId = bench.tenant();
    bench.nowMs = midnightMs;
    await bench.write(tenantId, [[gauge, bench.nowMs + minuteMs, 5]]);
    bench.nowMs = midnightMs + 9 * hourMs;
    await bench.compact(tenantId);

    bench.nowMs = midnightMs + 20 * dayMs;

    const range = { fromMs: midnightMs, toMs: midnightMs + hourMs };
    const points = await bench.store().readPoints(tenantId, { name: gauge.name, matchers: [], ...range });
    expect(points).toEqual([]);
    const chart = await ask(tenantId, gauge.name, "last", minuteMs, midnightMs + hourMs);
    expect(chart).toMatchObject({ resolution: "5m", stepMs: 5 * minuteMs });
    expect(chart.groups[0]?.values[0]).toBe(5);
  });
});

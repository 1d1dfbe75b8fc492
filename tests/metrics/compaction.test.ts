import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  aggregateWindow,
  compactTenant,
  makeDynamoMetricStore,
  makeMetricStorage,
  type SeriesPoints,
} from "../../shared/metrics/index.ts";
import type { Aggregate } from "../../shared/metrics/schemas.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import {
  aBatch,
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

let testTable: TestTable;
let nowMs = midnightMs;
let tenants = 0;

beforeAll(async () => {
  testTable = await startTestTable(() => nowMs);
});
afterAll(() => testTable.stop());

const settings = { now: () => nowMs };
const newTenant = () => `ten_${tenants++}`;
/** Each with a memory of its own, as separate functions have. */
const aStore = () => makeDynamoMetricStore(makeMetricStorage(testTable.table, settings));
const aCtx = (tenantId: string): Ctx => ({
  tenantId,
  actor: { kind: "system", id: "metrics-compact" },
  traceId: "trace",
  causationId: null,
  nowMs,
});
const compact = (tenantId: string) =>
  compactTenant(aCtx(tenantId), makeMetricStorage(testTable.table, settings));
const write = (tenantId: string, points: readonly Point[], store = aStore()) =>
  store.write(tenantId, [{ batchId: "bat", receivedAtMs: nowMs, points: aBatch(points) }]);

const gauge = aSeries();
const counter = aCounter();
const latency = aSeries({ name: "latency", type: "histogram", temporality: "cumulative" });

async function ask(tenantId: string, name: string, aggregate: Aggregate, stepMs: number, toMs = nowMs) {
  const input = { name, matchers: [], groupBy: [], aggregate, stepMs, fromMs: midnightMs, toMs };
  return aStore().query(tenantId, input);
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
        const tenantId = newTenant();
        nowMs = midnightMs + 30 * hourMs;
        const batches = Array.from({ length: 3 }, (_, i) => all.filter((_, at) => at % 3 === i));
        const deliveries = [...batches, ...batches]
          .map((batch) => ({ batch, at: order.next().value ?? 0 }))
          .sort((x, y) => x.at - y.at);
        // The first write fixes where the tenant's history begins; earlier windows are owed one by one.
        for (const [i, { batch }] of deliveries.entries()) {
          await write(
            tenantId,
            batch.flatMap(([timeMs, value]): Point[] => [
              [gauge, timeMs, value],
              [counter, timeMs, value],
            ]),
          );
          nowMs += (waitMinutes[i] ?? 0) * minuteMs;
          if (i % 2 === 0) await compact(tenantId);
        }
        const sorted = [...all].sort(([x], [y]) => x - y);

        const toMs = midnightMs + 30 * hourMs;
        const rawGauge = await ask(tenantId, gauge.name, "max", 6 * minuteMs, toMs);
        expect(rawGauge.groups[0]?.values).toEqual(
          expected(pointsOf(gauge, sorted), "max", 6 * minuteMs, toMs),
        );
        nowMs += 12 * hourMs;
        while ((await compact(tenantId)) === "compacted");
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
    const tenantId = newTenant();
    const store = aStore();
    const times = everyFiveMinutes(12 * 26);
    for (let hour = 0; hour < 26; hour++) {
      const inHour = times.slice(12 * hour, 12 * hour + 12);
      nowMs = inHour.at(-1) ?? 0;
      await write(
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
      if (hour % 3 === 0) await compact(tenantId);
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
      expect(avg.groups[0]?.values).toEqual(expected(pointsOf(gauge, pairs), "avg", stepMs, nowMs));
      expect(avg.groups[0]?.values.at(-1)).not.toBeNull();
      const rates = expected(pointsOf(counter, pairs), "rate", stepMs, nowMs);
      rate.groups[0]?.values.forEach((value, i) => {
        expect(value).toBeCloseTo(rates[i] ?? Number.NaN, 12);
      });
      expect(rate.groups[0]?.values).toHaveLength(rates.length);
      expect(p50.groups[0]?.values).toEqual(
        expected(distributionsOf(latency, histograms), "p50", stepMs, nowMs),
      );
    }
  }, 30_000);

  test("R-30: a run delivered twice works once", async () => {
    const tenantId = newTenant();
    nowMs = midnightMs;
    await write(tenantId, [[gauge, nowMs, 1]]);
    nowMs += 2 * hourMs;

    const both = await Promise.all([compact(tenantId), compact(tenantId)]);

    expect(both.sort()).toEqual(["compacted", "not due"]);
    expect(await compact(tenantId)).toBe("not due");
  });

  test("a run that dies anywhere is made good by the next", async () => {
    const tenantId = newTenant();
    nowMs = midnightMs;
    const store = aStore();
    for (let minute = 1; minute <= 9 * 60; minute += 7) {
      nowMs = midnightMs + minute * minuteMs;
      await write(tenantId, [[gauge, nowMs, minute]], store);
    }
    nowMs = midnightMs + 9 * hourMs;
    const toMs = nowMs;
    const before = await ask(tenantId, gauge.name, "sum", 10 * minuteMs, toMs);

    for (let writes = 0, runs = 0; ; writes++, runs++) {
      const storage = makeMetricStorage(diesAfter(writes, testTable.table), settings);
      const outcome = await compactTenant(aCtx(tenantId), storage).catch(() => "died");
      nowMs += 11 * minuteMs;
      const after = await ask(tenantId, gauge.name, "sum", 10 * minuteMs, toMs);
      expect(after.groups).toEqual(before.groups);
      if (outcome === "compacted" || runs > 100) {
        expect(outcome).toBe("compacted");
        break;
      }
    }
  }, 30_000);

  test("a busy tenant is compacted before its hour is full", async () => {
    const tenantId = newTenant();
    nowMs = midnightMs;
    await write(tenantId, [[gauge, nowMs, 1]]);
    nowMs += 30 * minuteMs;
    expect(await compact(tenantId)).toBe("not due");

    await makeMetricStorage(testTable.table, settings).rates.add(tenantId, 2_000_000, midnightMs);

    expect(await compact(tenantId)).toBe("compacted");
  });

  test("a write so slow that its arrivals were compacted without it is not lost", async () => {
    const tenantId = newTenant();
    nowMs = midnightMs;
    await write(tenantId, [[gauge, nowMs, 1]]);
    const slow = new Proxy(testTable.table, {
      get(target, property) {
        const member: unknown = Reflect.get(target, property, target);
        if (typeof member !== "function") return member;
        return async (...args: unknown[]) => {
          const items = property === "putMany" ? (args[1] as { pk: string }[]) : [];
          if (nowMs === midnightMs && items.some(({ pk }) => pk.startsWith("arrivals"))) {
            nowMs += 2 * hourMs;
            await compact(tenantId);
          }
          return Reflect.apply(member, target, args);
        };
      },
    });

    await write(
      tenantId,
      [[gauge, midnightMs + 1, 2]],
      makeDynamoMetricStore(makeMetricStorage(slow, settings)),
    );

    const range = { fromMs: midnightMs, toMs: midnightMs + minuteMs };
    const [read] = await aStore().readPoints(tenantId, { name: gauge.name, matchers: [], ...range });
    expect([...(read?.values ?? [])]).toEqual([1, 2]);
  });

  test("a point that comes hours late reaches the roll-ups", async () => {
    const tenantId = newTenant();
    nowMs = midnightMs + minuteMs;
    await write(tenantId, [[gauge, nowMs, 1]]);
    nowMs = midnightMs + 8 * hourMs;
    await write(tenantId, [[gauge, nowMs, 1]]);
    nowMs += 2 * hourMs;
    await compact(tenantId);
    expect((await ask(tenantId, gauge.name, "sum", hourMs)).groups[0]?.values[3]).toBeNull();

    await write(tenantId, [[gauge, midnightMs + 3 * hourMs + minuteMs, 7]]);
    nowMs += 2 * hourMs;
    await compact(tenantId);

    const { groups, resolution } = await ask(tenantId, gauge.name, "sum", hourMs);
    expect(resolution).toBe("1h");
    expect(groups[0]?.values.slice(0, 4)).toEqual([1, null, null, 7]);
  });

  test("raw points are forgotten after 15 days and roll-ups stay", async () => {
    const tenantId = newTenant();
    nowMs = midnightMs;
    await write(tenantId, [[gauge, nowMs + minuteMs, 5]]);
    nowMs = midnightMs + 9 * hourMs;
    await compact(tenantId);

    nowMs = midnightMs + 20 * dayMs;

    const range = { fromMs: midnightMs, toMs: midnightMs + hourMs };
    const points = await aStore().readPoints(tenantId, { name: gauge.name, matchers: [], ...range });
    expect(points).toEqual([]);
    const chart = await ask(tenantId, gauge.name, "last", minuteMs, midnightMs + hourMs);
    expect(chart).toMatchObject({ resolution: "5m", stepMs: 5 * minuteMs });
    expect(chart.groups[0]?.values[0]).toBe(5);
  });
});

/** The table of a process that is killed at its n-th write. */
function diesAfter(writes: number, table: TestTable["table"]): TestTable["table"] {
  let left = writes;
  const dying = new Set(["put", "putMany", "save", "remove", "add"]);
  return new Proxy(table, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        if (dying.has(String(property)) && left-- <= 0) throw new Error("killed");
        return Reflect.apply(member, target, args);
      };
    },
  });
}

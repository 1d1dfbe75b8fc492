import { describe, expect, test } from "@jest/globals";
import {
  type MetricStore,
  makeMetricStorage,
  openActiveSeries,
  recountSeries,
} from "../../shared/metrics/index.ts";
import type { Aggregate } from "../../shared/metrics/schemas.ts";
import type { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { parseMatchers } from "../../shared/platform/labels/matchers.ts";
import {
  aBatch,
  aCounter,
  aHistogram,
  aSeries,
  dayMs,
  hourMs,
  midnightMs,
  minuteMs,
  type Point,
} from "./builders.ts";

export interface StoreUnderTest {
  store: MetricStore;
  /** Where it keeps its index. */
  table: TenantTable;
  /** Sets the clock the store goes by. */
  setNow(ms: number): void;
  /** A tenant nobody else uses. */
  tenant(): string;
}

const a = aSeries({ labels: { host: "a", zone: "x" } });
const b = aSeries({ labels: { host: "b", zone: "x" } });
const span = { fromMs: midnightMs, toMs: midnightMs + 10 * minuteMs };
const system = {
  actor: { kind: "system" as const, id: "metrics-compact" },
  traceId: "trace",
  causationId: null,
};
const every15s = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i * 15_000);
const climbing = (series: Point[0], offset: number): Point[] =>
  every15s(midnightMs + 15_000, 40).map((timeMs, i) => [series, timeMs, offset + i]);

/** What every MetricStore promises, wherever the points lie. */
export function describeMetricStore(name: string, start: () => StoreUnderTest): void {
  describe(`${name} keeps the promises of a MetricStore`, () => {
    const written = async (...batches: (readonly Point[])[]) => {
      const { store, table, setNow, tenant } = start();
      const tenantId = tenant();
      setNow(span.toMs);
      await store.write(
        tenantId,
        batches.map((points, i) => ({
          batchId: `bat_${i}`,
          receivedAtMs: span.toMs,
          points: aBatch(points),
        })),
      );
      return { store, table, setNow, tenantId };
    };
    const ask = (aggregate: Aggregate, groupBy: string[] = [], match = "{}", name = "cpu.utilization") => ({
      name,
      matchers: parseMatchers(match),
      aggregate,
      groupBy,
      stepMs: minuteMs,
      ...span,
    });

    test("points come back by series, in time order, with every bit of their values", async () => {
      const awkward = [0.1, -0, 1e300, 5e-324, 1 / 3, 123456789.123];
      const points = awkward.map((value, i): Point => [a, midnightMs + i * 1000, value]);
      const { store, tenantId } = await written([...points].reverse());

      const [read] = await store.readPoints(tenantId, { name: a.name, matchers: [], ...span });

      expect(read?.series).toEqual(a);
      expect([...(read?.timesMs ?? [])]).toEqual(points.map(([, timeMs]) => timeMs));
      expect([...(read?.values ?? [])].every((value, i) => Object.is(value, awkward[i]))).toBe(true);
    });

    test("R-01: the same batch twice leaves the same points", async () => {
      const points = climbing(a, 0);
      const { store, tenantId } = await written(points, points);
      await store.write(tenantId, [{ batchId: "bat_0", receivedAtMs: span.toMs, points: aBatch(points) }]);

      const [read] = await store.readPoints(tenantId, { name: a.name, matchers: [], ...span });

      expect(read?.values).toHaveLength(39);
      expect((await store.query(tenantId, ask("count"))).groups[0]?.values[0]).toBe(4);
    });

    test("from is inclusive and to is exclusive", async () => {
      const { store, tenantId } = await written(climbing(a, 0));

      const range = { fromMs: midnightMs + 15_000, toMs: midnightMs + 60_000 };
      const [read] = await store.readPoints(tenantId, { name: a.name, matchers: [], ...range });

      expect([...(read?.values ?? [])]).toEqual([0, 1, 2]);
    });

    test.each([
      ["{}", ["a", "b"]],
      ['{host="a"}', ["a"]],
      ['{host=~"a|b",zone!="y"}', ["a", "b"]],
      ['{host!~".*"}', []],
      ['{absent=""}', ["a", "b"]],
    ])("%s selects its series", async (match, hosts) => {
      const { store, tenantId } = await written(climbing(a, 0), climbing(b, 100));

      const read = await store.readPoints(tenantId, {
        name: a.name,
        matchers: parseMatchers(match),
        ...span,
      });

      expect(read.map(({ series }) => series.labels["host"]).sort()).toEqual(hosts);
    });

    test.each<[Aggregate, number]>([
      ["avg", 51.5],
      ["min", 0],
      ["max", 103],
      ["sum", 412],
      ["count", 8],
      ["last", 53],
    ])("%s folds the series of a group", async (aggregate, first) => {
      const { store, tenantId } = await written(climbing(a, 0), climbing(b, 100));

      const { groups, timesMs, type } = await store.query(tenantId, ask(aggregate));

      expect(type).toBe("gauge");
      expect(timesMs).toEqual(Array.from({ length: 10 }, (_, i) => midnightMs + i * minuteMs));
      expect(groups).toHaveLength(1);
      expect(groups[0]?.values[0]).toBeCloseTo(first);
    });

    test("groups are told apart by the asked labels, and by all of them for *", async () => {
      const { store, tenantId } = await written(climbing(a, 0), climbing(b, 100));

      const byHost = await store.query(tenantId, ask("max", ["host"]));
      const byAll = await store.query(tenantId, ask("max", ["*"]));
      const byZone = await store.query(tenantId, ask("max", ["zone", "absent"]));

      expect(byHost.groups.map(({ labels }) => labels)).toEqual([{ host: "a" }, { host: "b" }]);
      expect(byAll.groups.map(({ labels }) => labels)).toEqual([a.labels, b.labels]);
      expect(byZone.groups.map(({ labels }) => labels)).toEqual([{ zone: "x" }]);
    });

    test("a step without points is null, not zero", async () => {
      const { store, tenantId } = await written([
        [a, midnightMs + 1000, 1],
        [a, midnightMs + 5 * minuteMs, 2],
      ]);

      const { groups } = await store.query(tenantId, ask("sum"));

      expect(groups[0]?.values).toEqual([1, null, null, null, 2, null, null, null, null, null]);
    });

    test("rate and increase see a counter's restart", async () => {
      const counter = aCounter();
      const readings = [100, 110, 120, 5, 15];
      const { store, tenantId } = await written(
        readings.map((value, i): Point => [counter, midnightMs + (i + 1) * 15_000, value]),
      );

      const increase = await store.query(tenantId, ask("increase", [], "{}", counter.name));
      const rate = await store.query(tenantId, ask("rate", [], "{}", counter.name));

      expect(increase.groups[0]?.values.slice(0, 2)).toEqual([25, 10]);
      expect(rate.groups[0]?.values[0]).toBeCloseTo(25 / 60);
    });

    test("percentiles come from merged histograms, and exactly from plain points", async () => {
      const latency = aSeries({ name: "latency", type: "histogram", temporality: "delta" });
      const { store, tenantId } = await written(
        [
          [latency, midnightMs + 1000, 30, aHistogram([10, 0, 0, 0], { sum: 30 })],
          [latency, midnightMs + 2000, 30, aHistogram([0, 10, 0, 0], { sum: 30 })],
        ],
        climbing(a, 0),
      );

      const fromHistogram = await store.query(tenantId, ask("p75", [], "{}", "latency"));
      const fromPoints = await store.query(tenantId, ask("p50"));

      expect(fromHistogram.groups[0]?.values[0]).toBeCloseTo(1.5);
      expect(fromPoints.groups[0]?.values[0]).toBeCloseTo(1.5);
    });

    test("metrics are listed by name with the right number of series, page by page", async () => {
      const { store, tenantId } = await written(climbing(a, 0), climbing(b, 1), [
        [aCounter({ unit: "1" }), midnightMs, 1],
      ]);

      const first = await store.listMetrics(tenantId, 1);
      const second = await store.listMetrics(tenantId, 1, first.cursor);

      expect(first.items).toMatchObject([{ name: "cpu.utilization", type: "gauge", seriesCount: 2 }]);
      expect(second.items).toMatchObject([{ name: "requests", unit: "1", monotonic: true, seriesCount: 1 }]);
    });

    test("a tenant's series are counted once, however often and by however many processes they are written", async () => {
      const { store, table, tenantId } = await written(climbing(a, 0), climbing(b, 1));
      const again = [{ batchId: "bat_1", receivedAtMs: span.toMs, points: aBatch(climbing(b, 1)) }];
      const more = [
        { batchId: "bat_2", receivedAtMs: span.toMs, points: aBatch([[aCounter(), span.toMs, 1]]) },
      ];
      await store.write(tenantId, again);
      await Promise.all([store, start().store, start().store].map((one) => one.write(tenantId, more)));

      expect(await openActiveSeries(table).count(tenantId)).toBe(3);
    });

    test("a series that is silent for a day counts no more within the hour, and again when it comes back", async () => {
      const { store, table, setNow, tenantId } = await written(climbing(a, 0), climbing(b, 1));
      const active = openActiveSeries(table);
      const writeAt = async (series: Point[0], ms: number) => {
        setNow(ms);
        const points = aBatch([[series, ms, 1]]);
        await store.write(tenantId, [{ batchId: `bat_${ms}`, receivedAtMs: ms, points }]);
      };
      const recount = (ms: number) => {
        const storage = makeMetricStorage(table, { now: () => ms });
        return recountSeries({ ...system, tenantId, nowMs: ms }, storage);
      };
      await recount(span.toMs);
      for (let ms = span.toMs; ms <= span.toMs + dayMs; ms += 7 * hourMs) await writeAt(a, ms);
      const laterMs = span.toMs + dayMs + minuteMs;

      await recount(laterMs);
      expect(await active.count(tenantId)).toBe(1);
      expect(await active.among(tenantId, [a, b], laterMs)).toEqual(new Set([a.seriesId]));
      expect((await store.listMetrics(tenantId, 1)).items).toMatchObject([{ seriesCount: 1 }]);

      await writeAt(b, laterMs + minuteMs);
      await recount(laterMs + 2 * hourMs);
      expect(await active.count(tenantId)).toBe(2);
      expect((await store.listMetrics(tenantId, 1)).items).toMatchObject([{ seriesCount: 2 }]);
    });

    test("a metric's series are listed with their labels, page by page", async () => {
      const { store, tenantId } = await written(climbing(a, 0), climbing(b, 1));

      const first = await store.listSeries(tenantId, a.name, [], 1);
      const second = await store.listSeries(tenantId, a.name, [], 1, first.cursor);

      const hosts = [...first.items, ...second.items].map(({ labels }) => labels["host"]);
      expect(hosts.sort()).toEqual(["a", "b"]);
    });

    test("labels of any name and text come back as they were", async () => {
      const labels = JSON.parse('{"":"empty","__proto__":"p","a#b":"#","constructor":"c","π":"\\u0000 💥"}');
      const series = aSeries({ labels });
      const { store, tenantId } = await written([[series, midnightMs + 1000, 1]]);
      const { store: cold } = start();

      const listed = await cold.listSeries(tenantId, series.name, [], 10);
      const [read] = await cold.readPoints(tenantId, { name: series.name, matchers: [], ...span });
      const chart = await store.query(tenantId, ask("sum", ["*"]));

      for (const found of [listed.items[0]?.labels, read?.series.labels, chart.groups[0]?.labels]) {
        expect(JSON.stringify(found)).toBe(JSON.stringify(labels));
      }
    });

    test("a metric nobody sent is an empty answer", async () => {
      const { store, tenantId } = await written(climbing(a, 0));

      expect(await store.query(tenantId, ask("avg", [], "{}", "other"))).toMatchObject({
        type: null,
        groups: [],
      });
      expect(await store.readPoints(tenantId, { name: "other", matchers: [], ...span })).toEqual([]);
    });

    test("a tenant sees nothing of another's", async () => {
      const { store } = await written(climbing(a, 0));
      const stranger = start().tenant();

      expect(await store.readPoints(stranger, { name: a.name, matchers: [], ...span })).toEqual([]);
      expect((await store.listMetrics(stranger, 10)).items).toEqual([]);
      expect((await store.query(stranger, ask("avg"))).groups).toEqual([]);
    });

    test("too many points are refused with the number that is read", async () => {
      const { store, tenantId } = await written(climbing(a, 0));

      const read = store.readPoints(tenantId, { name: a.name, matchers: [], ...span }, 10);

      await expect(read).rejects.toMatchObject({
        code: "limit-exceeded",
        message: expect.stringContaining("10 "),
      });
    });

    test("R-29: points of a clock ten minutes off are found at the time they tell", async () => {
      const { store, tenantId } = await written([[a, span.toMs + 9 * minuteMs, 1]], [[a, midnightMs, 2]]);

      const range = { fromMs: midnightMs, toMs: span.toMs + 10 * minuteMs };
      const [read] = await store.readPoints(tenantId, { name: a.name, matchers: [], ...range });

      expect([...(read?.values ?? [])]).toEqual([2, 1]);
    });
  });
}

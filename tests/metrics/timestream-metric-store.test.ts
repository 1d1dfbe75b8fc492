import { TimestreamQueryClient } from "@aws-sdk/client-timestream-query";
import {
  RejectedRecordsException,
  TimestreamWriteClient,
  WriteRecordsCommand,
} from "@aws-sdk/client-timestream-write";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { SeriesIndexStore } from "../../shared/metrics/series-index-store.ts";
import { makeTimestreamMetricStore } from "../../shared/metrics/timestream-metric-store.ts";
import { versionOf } from "../../shared/metrics/timestream-record.ts";
import { identifier, sql } from "../../shared/metrics/timestream-sql.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import {
  aBatch,
  aCounter,
  aHistogram,
  aSeries,
  dayMs,
  midnightMs,
  minuteMs,
  type Point,
} from "./builders.ts";
import { describeMetricStore } from "./metric-store.contract.ts";
import { makeTimestreamDouble } from "./timestream-double.ts";

let testTable: TestTable;
let nowMs = midnightMs;
let tenants = 0;
let timestream = makeTimestreamDouble();

beforeAll(async () => {
  testTable = await startTestTable(() => nowMs);
});
afterAll(() => testTable.stop());
beforeEach(() => {
  timestream = makeTimestreamDouble();
  nowMs = midnightMs + 10 * minuteMs;
});

const aStore = () =>
  makeTimestreamMetricStore({
    writer: new TimestreamWriteClient({ region: "us-east-1" }),
    reader: new TimestreamQueryClient({ region: "us-east-1" }),
    index: new SeriesIndexStore(testTable.table, 400 * dayMs),
    database: "sentinelops",
    table: "metrics",
    now: () => nowMs,
  });
const newTenant = () => `ten_${tenants++}`;
const input = (points: readonly Point[]) => [{ batchId: "bat", receivedAtMs: nowMs, points: aBatch(points) }];
const span = { fromMs: midnightMs, toMs: midnightMs + 10 * minuteMs };

describeMetricStore("the Timestream store", () => ({
  store: aStore(),
  table: testTable.table,
  setNow: (ms) => {
    nowMs = ms;
  },
  tenant: newTenant,
}));

describe("the Timestream store", () => {
  test.each([
    "it's",
    "'; DROP TABLE metrics; --",
    "' OR '1'='1",
    'say "hi"',
    "back\\slash\\'",
    "line\nbreak",
    "π 💥 \u0000",
  ])("a metric named %j is stored and found, and no other", async (name) => {
    const tenantId = newTenant();
    const store = aStore();
    await store.write(tenantId, input([[aSeries({ name }), midnightMs + 1000, 7]]));
    await store.write(tenantId, input([[aSeries({ name: "other" }), midnightMs + 1000, 8]]));

    const points = await store.readPoints(tenantId, { name, matchers: [], ...span });
    const chart = await store.query(tenantId, {
      name,
      matchers: [],
      aggregate: "sum",
      groupBy: [],
      stepMs: minuteMs,
      ...span,
    });

    expect(points.map(({ values }) => [...values])).toEqual([[7]]);
    expect(chart.groups[0]?.values[0]).toBe(7);
  });

  test("labels and matchers never stand in a statement", async () => {
    const tenantId = newTenant();
    const store = aStore();
    const labels = { host: "'; DROP TABLE metrics; --" };
    await store.write(tenantId, input([[aSeries({ labels }), midnightMs + 1000, 7]]));
    const matcher = {
      label: "host",
      operator: "=" as const,
      value: labels.host,
      test: (v: string) => v === labels.host,
    };

    const points = await store.readPoints(tenantId, {
      name: "cpu.utilization",
      matchers: [matcher],
      ...span,
    });

    expect(points).toHaveLength(1);
    expect(timestream.statements.join()).not.toContain("DROP");
  });

  test("text of any kind stays inside its quotes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const inner = sql`${text}`.text.slice(1, -1);
        expect(inner.replaceAll("''", "")).not.toContain("'");
        expect(inner.replaceAll("''", "'")).toBe(text);
        expect(identifier(text).text.slice(1, -1).replaceAll('""', '"')).toBe(text);
      }),
    );
  });

  test.each([Number.NaN, 1.5, Number.POSITIVE_INFINITY, 2 ** 60])(
    "%d is no number for a statement",
    (value) => {
      expect(() => sql`${value}`).toThrow(TypeError);
    },
  );

  test("a point is one record of three measures, under tenant, metric and series", async () => {
    const series = aCounter();
    await aStore().write("ten_shape", input([[series, midnightMs + 1000, 7.5]]));

    expect(timestream.writes).toEqual([
      [
        {
          Dimensions: [
            { Name: "tenant_id", Value: "ten_shape" },
            { Name: "metric", Value: "requests" },
            { Name: "series_id", Value: series.seriesId },
          ],
          MeasureName: "point",
          MeasureValueType: "MULTI",
          MeasureValues: [
            { Name: "value", Value: "7.5", Type: "DOUBLE" },
            { Name: "start_ms", Value: "0", Type: "BIGINT" },
            { Name: "detail", Value: "-", Type: "VARCHAR" },
          ],
          Time: String(midnightMs + 1000),
          TimeUnit: "MILLISECONDS",
          Version: versionOf(7.5),
        },
      ],
    ]);
  });

  test("writes go a hundred records a request", async () => {
    const points = Array.from({ length: 250 }, (_, i): Point => [aSeries(), midnightMs + i * 1000, i]);

    await aStore().write(newTenant(), input(points));

    expect(timestream.writes.map((records) => records.length)).toEqual([100, 100, 50]);
  });

  test("the larger of two values for one point stays, whichever comes last", async () => {
    for (const values of [
      [1, 2],
      [2, 1],
      [-5, 2],
    ]) {
      const tenantId = newTenant();
      const store = aStore();
      for (const value of values) await store.write(tenantId, input([[aSeries(), midnightMs + 1000, value]]));

      const [read] = await store.readPoints(tenantId, { name: "cpu.utilization", matchers: [], ...span });

      expect([...(read?.values ?? [])]).toEqual([2]);
    }
  });

  test("versions order as values do", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
        expect(versionOf(a)).toBeGreaterThan(0);
        expect(Number.isSafeInteger(versionOf(a))).toBe(true);
        if (a > b) expect(versionOf(a)).toBeGreaterThanOrEqual(versionOf(b));
      }),
    );
  });

  test("values that Timestream does not take come back as they were", async () => {
    const tenantId = newTenant();
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0];
    const store = aStore();
    await store.write(
      tenantId,
      input(odd.map((value, i): Point => [aSeries(), midnightMs + i * 1000, value])),
    );

    const [read] = await store.readPoints(tenantId, { name: "cpu.utilization", matchers: [], ...span });

    expect([...(read?.values ?? [])].map(String)).toEqual(odd.map(String));
    expect(Object.is(read?.values[3], -0)).toBe(true);
  });

  test("a histogram too large for one measure is put together again", async () => {
    const tenantId = newTenant();
    const series = aSeries({ name: "latency", type: "histogram", temporality: "cumulative" });
    const bounds = Array.from({ length: 2_000 }, (_, i) => i + Math.sin(i));
    const counts = Array.from({ length: 2_001 }, (_, i) => (i * 7919) % 1009);
    const histogram = aHistogram(counts, { bounds, sum: 5 });
    const store = aStore();
    await store.write(tenantId, input([[series, midnightMs + 1000, 5, histogram]]));

    const [read] = await store.readPoints(tenantId, { name: "latency", matchers: [], ...span });

    expect(timestream.writes.flat().length).toBeGreaterThan(1);
    expect(read?.distributions).toEqual([histogram]);
  });

  test("R-09: a record that Timestream refuses for good fails the write", async () => {
    timestream.writer.on(WriteRecordsCommand).rejects(
      new RejectedRecordsException({
        message: "rejected",
        $metadata: {},
        RejectedRecords: [{ RecordIndex: 0, Reason: "The time is outside the retention." }],
      }),
    );

    const write = aStore().write(newTenant(), input([[aSeries(), midnightMs, 1]]));

    await expect(write).rejects.toThrow("outside the retention");
  });
});

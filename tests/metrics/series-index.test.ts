import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openActiveSeries, type Series } from "../../shared/metrics/index.ts";
import { SeriesIndexStore } from "../../shared/metrics/series-index-store.ts";
import type { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { aSeries, dayMs, hourMs, midnightMs } from "./builders.ts";

let testTable: TestTable;
let nowMs = midnightMs;
let tenants = 0;

beforeAll(async () => {
  testTable = await startTestTable(() => nowMs);
});
afterAll(() => testTable.stop());

const newTenant = () => `ten_${tenants++}`;
const anIndex = (table: TenantTable = testTable.table) => new SeriesIndexStore(table, 400 * dayMs);
const hosts = (from: number, to: number): Series[] =>
  Array.from({ length: to - from }, (_, i) => aSeries({ labels: { host: `${from + i}` } }));

/** A table that notes its calls and may fail some of them. */
function watched(fail: (method: string, call: number) => boolean = () => false) {
  const calls: string[] = [];
  const table = new Proxy(testTable.table, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        calls.push(String(property));
        if (fail(String(property), calls.length)) throw new Error("killed");
        return Reflect.apply(member, target, args);
      };
    },
  });
  return { table, calls };
}

describe("the series index", () => {
  test("counts the series of a metric, however often they are sent", async () => {
    const tenantId = newTenant();
    for (let i = 0; i < 3; i++) await anIndex().register(tenantId, hosts(0, 30), nowMs);
    await anIndex().register(tenantId, hosts(20, 50), nowMs);

    expect((await anIndex().metric(tenantId, "cpu.utilization"))?.seriesCount).toBe(50);
  });

  test("counts right when two processes meet new series at once", async () => {
    const tenantId = newTenant();
    await Promise.all([0, 1, 2, 3].map((i) => anIndex().register(tenantId, hosts(i * 5, i * 5 + 10), nowMs)));

    expect((await anIndex().metric(tenantId, "cpu.utilization"))?.seriesCount).toBe(25);
    expect(await openActiveSeries(testTable.table).count(tenantId)).toBe(25);
  });

  test("a process killed at any write leaves no wrong count", async () => {
    for (let dies = 1; dies <= 8; dies++) {
      const tenantId = newTenant();
      await anIndex().register(tenantId, hosts(0, 5), nowMs);
      const { table } = watched((_, call) => call >= dies);
      await anIndex(table)
        .register(tenantId, hosts(3, 12), nowMs)
        .catch(() => undefined);
      const { items } = await anIndex().page(tenantId, "cpu.utilization", 100);

      expect((await anIndex().metric(tenantId, "cpu.utilization"))?.seriesCount).toBe(items.length);
    }
  });

  test("what a killed process left out of the tenant's count is in it after the next hour's", async () => {
    for (let dies = 1; dies <= 10; dies++) {
      const tenantId = newTenant();
      await anIndex().register(tenantId, hosts(0, 5), nowMs);
      const { table } = watched((_, call) => call >= dies);
      await anIndex(table)
        .register(tenantId, hosts(3, 12), nowMs)
        .catch(() => undefined);
      await anIndex().recount(tenantId, nowMs + 2 * hourMs);
      await anIndex().register(tenantId, hosts(0, 12), nowMs + 2 * hourMs);

      expect(await openActiveSeries(testTable.table).count(tenantId)).toBe(12);
    }
  });

  test("what a warm process has met it does not ask for again", async () => {
    const tenantId = newTenant();
    const { table, calls } = watched();
    const index = anIndex(table);
    await index.register(tenantId, hosts(0, 10), nowMs);
    calls.length = 0;

    await index.register(tenantId, hosts(0, 10), nowMs + hourMs / 2);

    expect(calls).toEqual([]);
  });

  test("lastSeenAt follows a metric by the hour", async () => {
    const tenantId = newTenant();
    const index = anIndex();
    await index.register(tenantId, hosts(0, 1), midnightMs);
    await index.register(tenantId, hosts(0, 1), midnightMs + 2 * hourMs);

    const metric = await anIndex().metric(tenantId, "cpu.utilization");

    expect(metric?.lastSeenAt).toBe(new Date(midnightMs + 2 * hourMs).toISOString());
  });

  test("series that are not sent any more are forgotten with their last roll-up", async () => {
    const tenantId = newTenant();
    nowMs = midnightMs;
    await anIndex().register(tenantId, hosts(0, 3), nowMs);
    nowMs += 401 * dayMs;
    await anIndex().register(tenantId, hosts(5, 6), nowMs);

    const { items } = await anIndex().page(tenantId, "cpu.utilization", 100);
    const metric = await anIndex().metric(tenantId, "cpu.utilization");
    nowMs = midnightMs;

    expect(items.map(({ series }) => series.labels["host"])).toEqual(["5"]);
    expect(metric?.seriesCount).toBe(1);
  });
});

import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { MetricStore, PointBatch, Series } from "../../shared/metrics/index.ts";
import { compactTenant, makeDynamoMetricStore, makeMetricStorage } from "../../shared/metrics/index.ts";
import { splitByMetric, tableOfBatches } from "../../shared/metrics/storage/point-table.ts";
import { type Item, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { parseMatchers } from "../../shared/platform/labels/matchers.ts";
import { dayMs, hourMs, midnightMs, minuteMs } from "../metrics/builders.ts";
import { fleetBatch, hostSeries, recordedBatch } from "../metrics/host-recording.ts";
import { startTestTable } from "../support/table.ts";
import type { BenchRow } from "./row.ts";

const intervalMs = 15_000;
const tenantId = "ten_01KAG0000000000000000BENCH";

export const rows: BenchRow[] = [
  {
    name: "stored size, packed points, on real host metrics",
    unit: "B/point",
    must: 2.5,
    aim: 1.6,
    measure: storedBytesPerPoint,
  },
  {
    name: "DynamoDB write units per million points (1,000 series, 15 s)",
    unit: "WCU",
    must: 40_000,
    aim: 10_000,
    measure: once(writeUnitsPerMillion),
  },
  {
    name: "30-day query of one series drawn against 1-hour",
    unit: "×",
    must: 2,
    aim: 1,
    measure: monthAgainstHour,
  },
];

/** Nothing in it varies from run to run, and it plays half a day. */
function once(measure: () => Promise<number>): () => Promise<number> {
  let measured: Promise<number> | undefined;
  return () => {
    measured ??= measure();
    return measured;
  };
}

/** The recording as chunks: each item by DynamoDB's own rule, with its keys, expiry and attribute names. */
async function storedBytesPerPoint(): Promise<number> {
  const testTable = await startTestTable();
  const { chunks } = makeMetricStorage(testTable.table);
  await testTable.stop();
  const table = tableOfBatches([recordedBatch()]);
  const flush = { fromMs: midnightMs, toMs: midnightMs + hourMs, group: "all" };
  const items = [...splitByMetric(table)].flatMap(([metricId, own]) =>
    chunks.pack(metricId, midnightMs, flush, own),
  );
  const bytes = items.reduce((sum, item) => sum + itemBytes(item), 0);
  return bytes / table.values.length;
}

function itemBytes(item: Item): number {
  const key = `TENANT#${tenantId}#`.length;
  const attributes = Object.entries(item).map(([name, value]) => {
    if (value instanceof Uint8Array) return name.length + value.length;
    return (
      name.length +
      (typeof value === "number" ? 1 + Math.ceil(String(value).length / 2) : String(value).length)
    );
  });
  return key + attributes.reduce((sum, bytes) => sum + bytes, 0);
}

/** Thirteen hours of 1,000 series, with every write of ingest, compaction, roll-ups and index counted. */
async function writeUnitsPerMillion(): Promise<number> {
  const testTable = await startTestTable();
  let nowMs = midnightMs;
  const units = countWriteUnits(testTable.client);
  const table = new TenantTable(testTable.client, "test", () => nowMs);
  const storage = makeMetricStorage(table, { now: () => nowMs });
  const store = makeDynamoMetricStore(storage);
  const fleet = fleetOf(1_000);
  let points = 0;
  for (let moment = 0; nowMs < midnightMs + 13 * hourMs; moment++) {
    nowMs = midnightMs + moment * intervalMs;
    const batch = fleetBatch(fleet, nowMs - 200, moment);
    await store.write(tenantId, [{ batchId: `bat_${moment}`, receivedAtMs: nowMs, points: batch }]);
    await storage.rates.add(tenantId, batch.values.length, nowMs);
    points += batch.values.length;
    if (nowMs % (5 * minuteMs) === 0) await compactTenant(ctxAt(nowMs), storage);
  }
  await testTable.stop();
  return (units.count * 1_000_000) / points;
}

/** One of this machine's CPU states, over what a host sends: two hours by 15 s, the month before by 5 min. */
async function monthAgainstHour(): Promise<number> {
  const { store, nowMs } = await month();
  const matchers = parseMatchers('{system.cpu.logical_number="0",system.cpu.state="user"}');
  const input = { name: "system.cpu.utilization", matchers, aggregate: "avg" as const, groupBy: ["*"] };
  const draw = async (fromMs: number, stepMs: number) => {
    const startedMs = performance.now();
    const { groups } = await store.query(tenantId, { ...input, stepMs, fromMs, toMs: nowMs });
    const values = groups[0]?.values ?? [];
    if (values.length < 240 || values.includes(null)) throw new Error("The chart has holes.");
    return performance.now() - startedMs;
  };
  const hours: number[] = [];
  const months: number[] = [];
  for (let i = 0; i < 40; i++) {
    hours.push(await draw(nowMs - hourMs, intervalMs));
    months.push(await draw(nowMs - 30 * dayMs, 3 * hourMs));
  }
  return median(months) / median(hours);
}

let stored: Promise<{ store: MetricStore; nowMs: number }> | undefined;

function month(): Promise<{ store: MetricStore; nowMs: number }> {
  stored ??= storeMonth();
  return stored;
}

async function storeMonth(): Promise<{ store: MetricStore; nowMs: number }> {
  let nowMs = midnightMs;
  const testTable = await startTestTable(() => nowMs);
  const storage = makeMetricStorage(testTable.table, { now: () => nowMs });
  const store = makeDynamoMetricStore(storage);
  const fleet = [hostSeries("a")];
  const recentMs = midnightMs + 30 * dayMs;
  const endMs = recentMs + 5 * hourMs + 40 * minuteMs;
  for (let moment = 0; nowMs < endMs; ) {
    const recent = nowMs >= recentMs;
    const points: PointBatch[] = [];
    const untilMs = nowMs + (recent ? intervalMs : 6 * hourMs);
    while (nowMs < untilMs) {
      nowMs += recent ? intervalMs : 5 * minuteMs;
      points.push(fleetBatch(fleet, nowMs, moment++));
    }
    await store.write(
      tenantId,
      points.map((batch, i) => ({ batchId: `bat_${moment}_${i}`, receivedAtMs: nowMs, points: batch })),
    );
    if (nowMs % hourMs === 0) await compactTenant(ctxAt(nowMs + 10 * minuteMs), storage);
  }
  return { store, nowMs };
}

function fleetOf(seriesCount: number): Series[][] {
  const fleet: Series[][] = [];
  let left = seriesCount;
  for (let host = 0; left > 0; host++) {
    const all = hostSeries(`host-${host}`).slice(0, left);
    left -= all.length;
    fleet.push(all);
  }
  return fleet;
}

function ctxAt(nowMs: number) {
  const actor = { kind: "system" as const, id: "metrics-compact" };
  return { tenantId, actor, traceId: "trace", causationId: null, nowMs };
}

/** Asks DynamoDB for what every write consumed, and adds it up. */
function countWriteUnits(client: DynamoDBDocumentClient): { count: number } {
  const units = { count: 0 };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const isWrite = /^(Put|Update|Delete|BatchWrite)Item/.test(String(context.commandName));
      if (!isWrite) return next(args);
      const input = { ...args.input, ReturnConsumedCapacity: "TOTAL" as const };
      const answer = await next({ ...args, input });
      const { ConsumedCapacity: used } = answer.output as { ConsumedCapacity?: Used | Used[] };
      for (const { CapacityUnits = 0 } of [used ?? []].flat()) units.count += CapacityUnits;
      return answer;
    },
    { step: "initialize", name: "countWriteUnits" },
  );
  return units;
}
interface Used {
  CapacityUnits?: number;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

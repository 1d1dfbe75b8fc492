import { QueryCommand, TimestreamQueryClient } from "@aws-sdk/client-timestream-query";
import {
  RejectedRecordsException,
  TimestreamWriteClient,
  type _Record as WriteRecord,
  WriteRecordsCommand,
} from "@aws-sdk/client-timestream-write";
import { mockClient } from "aws-sdk-client-mock";
import { counterLookbackMs } from "../../shared/metrics/index.ts";

interface StoredRow {
  tenantId: string;
  metric: string;
  seriesId: string;
  timeMs: number;
  measureName: string;
  value: number;
  startMs: string;
  detail: string;
  version: number;
}
type Scalar = string | number | null;

const rowsPerPage = 50;

/**
 * Timestream in memory, behind the SDK's mocks: upserts by version, and the two shapes of statement the store
 * writes, read back from their text. A statement of any other shape is refused.
 */
export function makeTimestreamDouble() {
  const rows = new Map<string, StoredRow>();
  const statements: string[] = [];
  const writes: WriteRecord[][] = [];
  const writer = mockClient(TimestreamWriteClient);
  const reader = mockClient(TimestreamQueryClient);

  writer.on(WriteRecordsCommand).callsFake(({ Records }: { Records: WriteRecord[] }) => {
    writes.push(Records);
    const rejected = Records.flatMap((record, RecordIndex) => {
      const row = rowOf(record);
      const key = JSON.stringify([row.tenantId, row.metric, row.seriesId, row.timeMs, row.measureName]);
      const existing = rows.get(key);
      const same = existing?.value === row.value && existing.detail === row.detail;
      if (!existing || row.version > existing.version) rows.set(key, row);
      else if (!same) return [{ RecordIndex, Reason: "exists", ExistingVersion: existing.version }];
      return [];
    });
    if (rejected.length > 0) {
      throw new RejectedRecordsException({ message: "rejected", $metadata: {}, RejectedRecords: rejected });
    }
    return {};
  });

  reader.on(QueryCommand).callsFake((input: { QueryString: string; NextToken?: string }) => {
    statements.push(input.QueryString);
    const answer = run(input.QueryString, [...rows.values()]);
    const at = Number(input.NextToken ?? 0);
    return {
      Rows: answer.slice(at, at + rowsPerPage).map((row) => ({
        Data: row.map((value) => (value === null ? { NullValue: true } : { ScalarValue: String(value) })),
      })),
      ...(at + rowsPerPage < answer.length ? { NextToken: String(at + rowsPerPage) } : {}),
    };
  });

  return { statements, writes, writer, reader };
}

function rowOf({
  Dimensions = [],
  MeasureName = "",
  MeasureValues = [],
  Time,
  Version = 1,
}: WriteRecord): StoredRow {
  const dimension = (name: string) => Dimensions.find(({ Name }) => Name === name)?.Value ?? "";
  const measure = (name: string) => MeasureValues.find(({ Name }) => Name === name)?.Value ?? "";
  return {
    tenantId: dimension("tenant_id"),
    metric: dimension("metric"),
    seriesId: dimension("series_id"),
    timeMs: Number(Time),
    measureName: MeasureName,
    value: Number(measure("value")),
    startMs: measure("start_ms"),
    detail: measure("detail"),
    version: Version,
  };
}

const literal = "'((?:[^']|'')*)'";
const scope = new RegExp(
  `tenant_id = ${literal} AND metric = ${literal}(?: AND series_id IN \\(([^)]*)\\))?`,
);

function run(statement: string, rows: StoredRow[]): Scalar[][] {
  const found = scope.exec(statement);
  if (!found) throw new Error(`Not a statement of the store: ${statement}`);
  const [, tenantId = "", metric = "", ids] = found;
  const wanted = ids?.split(", ").map(unquote);
  const scoped = rows.filter(
    (row) =>
      row.tenantId === tenantId.replaceAll("''", "'") &&
      row.metric === metric.replaceAll("''", "'") &&
      (wanted?.includes(row.seriesId) ?? true),
  );
  return statement.includes("GROUP BY") ? windows(statement, scoped) : points(statement, scoped);
}

function points(statement: string, rows: StoredRow[]): Scalar[][] {
  const fromMs = numberIn(statement, /time >= from_milliseconds\((\d+)\)/);
  const toMs = numberIn(statement, /time < from_milliseconds\((\d+)\)/);
  return rows
    .filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs)
    .sort(
      (a, b) =>
        compare(a.seriesId, b.seriesId) || a.timeMs - b.timeMs || compare(a.measureName, b.measureName),
    )
    .slice(0, numberIn(statement, /LIMIT (\d+)/))
    .map((row) => [row.seriesId, row.timeMs, row.measureName, row.value, row.startMs, row.detail]);
}

function windows(statement: string, rows: StoredRow[]): Scalar[][] {
  const baseMs = numberIn(statement, /to_milliseconds\(time\) - (\d+)\)/);
  const widthMs = numberIn(statement, /CAST\((\d+) AS DOUBLE\)/);
  const endMs = numberIn(statement, /time <= from_milliseconds\((\d+)\)/);
  const restarts = statement.includes("WHEN value < before THEN value");
  const delta = statement.includes("value AS increase");
  const answer = new Map<string, { at: number; id: string; values: number[]; increase: number | null }>();
  const before = new Map<string, StoredRow>();
  for (const row of rows
    .filter(({ detail }) => !["NaN", "Infinity", "-Infinity"].includes(detail))
    .sort(byTime)) {
    const last = before.get(row.seriesId);
    before.set(row.seriesId, row);
    if (row.timeMs <= baseMs || row.timeMs > endMs) continue;
    const at = Math.ceil((row.timeMs - baseMs) / widthMs) - 1;
    const key = `${row.seriesId} ${at}`;
    const window = answer.get(key) ?? { at, id: row.seriesId, values: [], increase: null };
    answer.set(key, window);
    window.values.push(row.value);
    const near = last && row.timeMs - last.timeMs <= counterLookbackMs;
    const gained = delta ? row.value : near ? row.value - last.value : null;
    const increase = gained !== null && gained < 0 && restarts ? row.value : gained;
    if (increase !== null) window.increase = (window.increase ?? 0) + increase;
  }
  return [...answer.values()].map(({ id, at, values, increase }) => [
    id,
    at,
    values.length,
    values.reduce((sum, value) => sum + value, 0),
    Math.min(...values),
    Math.max(...values),
    values.at(-1) ?? null,
    increase,
  ]);
}

const byTime = (a: StoredRow, b: StoredRow) => a.timeMs - b.timeMs;
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function unquote(text: string): string {
  return text.slice(1, -1).replaceAll("''", "'");
}

function numberIn(statement: string, pattern: RegExp): number {
  const found = pattern.exec(statement)?.[1];
  if (found === undefined) throw new Error(`${pattern} is not in ${statement}`);
  return Number(found);
}

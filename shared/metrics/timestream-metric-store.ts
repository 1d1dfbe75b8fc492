import {
  QueryCommand,
  type QueryCommandOutput,
  TimestreamQueryClient,
} from "@aws-sdk/client-timestream-query";
import {
  RejectedRecordsException,
  TimestreamWriteClient,
  type _Record as WriteRecord,
  WriteRecordsCommand,
} from "@aws-sdk/client-timestream-write";
import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { isoTime, nowMs } from "../platform/clock.ts";
import { LimitExceeded } from "../platform/errors.ts";
import type { Matcher } from "../platform/labels/matchers.ts";
import { matchingSeries } from "./matching-series.ts";
import type { AggregateInput, MetricStore, PointsInput } from "./metric-store.ts";
import type { Distribution, Series, SeriesPoints } from "./points.ts";
import { emptyResult, resultOf, SeriesTallies } from "./query-result.ts";
import { counterLookbackMs } from "./rate.ts";
import type { Retention } from "./resolution.ts";
import type { Aggregate, MetricQueryResult } from "./schemas.ts";
import { type IndexedSeries, SeriesIndexStore, seriesSeenMs } from "./series-index-store.ts";
import { columnsOf, mergeTables, tableOfBatches } from "./storage/point-table.ts";
import { partsOf, versionOf } from "./timestream-record.ts";
import { byKind, type CollectedPoint, collect, seriesPoints, tallyOf } from "./timestream-rows.ts";
import { pointsStatement, type Source, windowsStatement } from "./timestream-sql.ts";
import { windowsOver } from "./windows.ts";

const recordsPerRequest = 100;
const requestsAtOnce = 8;
/** More ids than these are cheaper to sort out here than to send. */
const idsPerStatement = 1_000;
const mostPoints = 1_000_000;
const percentiles = new Set<Aggregate>(["p50", "p75", "p90", "p95", "p99"]);

export interface TimestreamParts {
  writer: TimestreamWriteClient;
  reader: TimestreamQueryClient;
  index: SeriesIndexStore;
  database: string;
  table: string;
  now: () => number;
}

/** The store on the installation's own Timestream database. */
export function openTimestreamMetricStore(table: TenantTable, retention: Retention): MetricStore {
  return makeTimestreamMetricStore({
    writer: new TimestreamWriteClient({ maxAttempts: 6 }),
    reader: new TimestreamQueryClient({ maxAttempts: 5 }),
    index: new SeriesIndexStore(table, retention.hourMs),
    database: "sentinelops",
    table: "metrics",
    now: nowMs,
  });
}

/**
 * Points in Timestream for LiveAnalytics, a row each under tenant, metric and series id. Labels stay in the
 * series index: they do not fit a dimension's 2 KB, and matchers then never reach SQL. Windows of plain values
 * are folded by Timestream, so a month sends as many rows as an hour; distributions and percentiles are folded
 * here, by the functions the other store uses.
 */
export function makeTimestreamMetricStore(parts: TimestreamParts): MetricStore {
  return new TimestreamMetricStore(parts);
}

class TimestreamMetricStore implements MetricStore {
  readonly #parts: TimestreamParts;

  constructor(parts: TimestreamParts) {
    this.#parts = parts;
  }

  async write(tenantId: string, batches: Parameters<MetricStore["write"]>[1]): Promise<void> {
    const series = new Map<string, Series>();
    for (const { points } of batches) for (const one of points.series) series.set(one.seriesId, one);
    await this.#parts.index.register(tenantId, series.values(), this.#parts.now());
    const table = mergeTables(batches.map(({ points }) => tableOfBatches([points])));
    const records = table.refs.flatMap((ref, i) => {
      const one = series.get(ref.seriesId);
      return one ? recordsOf(tenantId, one, columnsOf(table, i)) : [];
    });
    const requests: WriteRecord[][] = [];
    for (let at = 0; at < records.length; at += recordsPerRequest) {
      requests.push(records.slice(at, at + recordsPerRequest));
    }
    for (let at = 0; at < requests.length; at += requestsAtOnce) {
      await Promise.all(requests.slice(at, at + requestsAtOnce).map((request) => this.#send(request)));
    }
  }

  async readPoints(tenantId: string, input: PointsInput, maxPoints = mostPoints): Promise<SeriesPoints[]> {
    const series = await this.#matching(tenantId, input.name, input.matchers, input.fromMs);
    if (series.size === 0) return [];
    const source = this.#source(tenantId, input.name, series);
    const statement = pointsStatement(source, Math.floor(input.fromMs), Math.ceil(input.toMs), maxPoints + 1);
    const collected = new Map<string, CollectedPoint[]>();
    let count = 0;
    for await (const row of this.#rows(statement)) {
      if (++count > maxPoints) {
        throw new LimitExceeded(
          `More than ${maxPoints} points of "${input.name}" match; narrow the labels or the time.`,
          60,
        );
      }
      collect(collected, row);
    }
    return [...series.values()]
      .filter(({ seriesId }) => collected.has(seriesId))
      .map((one) => seriesPoints(one, collected.get(one.seriesId) ?? []))
      .sort((a, b) => (a.series.seriesId < b.series.seriesId ? -1 : 1));
  }

  async query(tenantId: string, input: AggregateInput): Promise<MetricQueryResult> {
    const metric = await this.#parts.index.metric(tenantId, input.name);
    if (!metric) return emptyResult(input);
    const windows = windowsOver(input.fromMs, input.toMs, input.stepMs);
    const tallies = new SeriesTallies(windows, input.aggregate);
    const plain = metric.type === "gauge" || metric.type === "sum";
    if (plain && !percentiles.has(input.aggregate)) {
      const series = await this.#matching(tenantId, input.name, input.matchers, windows.fromMs);
      await Promise.all(
        byKind(series).map(async (alike) => {
          const [kind] = alike.values();
          if (!kind) return;
          const source = this.#source(tenantId, input.name, alike);
          for await (const row of this.#rows(windowsStatement(source, windows, kind))) {
            const one = alike.get(row[0] ?? "");
            const startMs = windows.fromMs + Number(row[1]) * windows.widthMs;
            const column = { startsMs: [startMs], tallies: [tallyOf(row)] };
            if (one) tallies.addColumn(one, column, windows);
          }
        }),
      );
    } else {
      const range = { fromMs: windows.fromMs - counterLookbackMs, toMs: windows.toMs + 1 };
      const points = await this.readPoints(tenantId, { ...input, ...range });
      for (const one of points) tallies.addPoints(one, windows.fromMs);
    }
    return resultOf(input, metric, { resolution: "raw", windows }, tallies);
  }

  listMetrics(tenantId: string, limit: number, cursor?: string) {
    return this.#parts.index.metrics(tenantId, limit, cursor);
  }

  async listSeries(
    tenantId: string,
    name: string,
    matchers: readonly Matcher[],
    limit: number,
    cursor?: string,
  ): ReturnType<MetricStore["listSeries"]> {
    const page = await this.#parts.index.page(tenantId, name, limit, cursor);
    const fitting = matchingSeries(
      page.items.map(({ series }) => series),
      matchers,
    );
    const items = page.items.filter(({ series }) => fitting.has(series.seriesId)).map(seriesInfo);
    return { items, cursor: page.cursor };
  }

  /** Records that stand already, with the same value or a larger one, are refused by Timestream and stored for us. */
  async #send(records: WriteRecord[]): Promise<void> {
    const { writer, database, table } = this.#parts;
    const command = new WriteRecordsCommand({ DatabaseName: database, TableName: table, Records: records });
    try {
      await writer.send(command);
    } catch (error) {
      if (!(error instanceof RejectedRecordsException)) throw error;
      const lost = (error.RejectedRecords ?? []).find(({ ExistingVersion }) => ExistingVersion === undefined);
      if (lost) throw new TypeError(`Timestream refused record ${lost.RecordIndex}: ${lost.Reason}`);
    }
  }

  async *#rows(statement: string): AsyncGenerator<(string | null)[]> {
    let NextToken: string | undefined;
    do {
      const answer: QueryCommandOutput = await this.#parts.reader.send(
        new QueryCommand({ QueryString: statement, NextToken }),
      );
      for (const row of answer.Rows ?? []) {
        yield (row.Data ?? []).map(({ ScalarValue }) => ScalarValue ?? null);
      }
      NextToken = answer.NextToken;
    } while (NextToken);
  }

  async #matching(
    tenantId: string,
    name: string,
    matchers: readonly Matcher[],
    fromMs: number,
  ): Promise<Map<string, Series>> {
    const all = await this.#parts.index.all(tenantId, name, this.#parts.now());
    const alive = all.filter(({ lastSeenMs }) => lastSeenMs + seriesSeenMs >= fromMs);
    return matchingSeries(
      alive.map(({ series }) => series),
      matchers,
    );
  }

  #source(tenantId: string, metric: string, series: ReadonlyMap<string, Series>): Source {
    const { database, table } = this.#parts;
    const seriesIds = series.size <= idsPerStatement ? [...series.keys()] : null;
    return { database, table, tenantId, metric, seriesIds };
  }
}

function recordsOf(
  tenantId: string,
  series: Series,
  points: {
    timesMs: Float64Array;
    startTimesMs: Float64Array;
    values: Float64Array;
    distributions: Distribution[] | null;
  },
): WriteRecord[] {
  const dimensions = { tenant_id: tenantId, metric: series.name, series_id: series.seriesId };
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return [...points.values].flatMap((value, i) => {
    const distribution = points.distributions?.[i];
    const Version = versionOf(distribution?.count ?? value);
    return partsOf(value, distribution).map(
      ({ measureName, value: finite, detail }): WriteRecord => ({
        Dimensions,
        MeasureName: measureName,
        MeasureValueType: "MULTI",
        MeasureValues: [
          { Name: "value", Value: String(finite), Type: "DOUBLE" },
          { Name: "start_ms", Value: String(Math.floor(points.startTimesMs[i] ?? 0)), Type: "BIGINT" },
          { Name: "detail", Value: detail, Type: "VARCHAR" },
        ],
        Time: String(Math.floor(points.timesMs[i] ?? 0)),
        TimeUnit: "MILLISECONDS",
        Version,
      }),
    );
  });
}

function seriesInfo({ series, lastSeenMs }: IndexedSeries) {
  return { seriesId: series.seriesId, labels: series.labels, lastSeenAt: isoTime(lastSeenMs) };
}

import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { isoTime, nowMs } from "../platform/clock.ts";
import { LimitExceeded } from "../platform/errors.ts";
import type { Matcher } from "../platform/labels/matchers.ts";
import { needsBase } from "./aggregate.ts";
import { ArrivalStore, groupsOf, slowWriteMs } from "./arrival-store.ts";
import { ChunkStore } from "./chunk-store.ts";
import { type CompactionState, CompactionStore } from "./compaction-store.ts";
import { IngestRateStore } from "./ingest-rate-store.ts";
import { matchingSeries, seriesPointsOf } from "./matching-series.ts";
import type { AggregateInput, MetricStore, PointsInput } from "./metric-store.ts";
import type { Series, SeriesPoints } from "./points.ts";
import { emptyResult, resultOf, SeriesTallies } from "./query-result.ts";
import { counterLookbackMs } from "./rate.ts";
import { defaultRetention, type Plan, planQuery, type Retention } from "./resolution.ts";
import { RollUpStore } from "./roll-up-store.ts";
import { SeriesIndexStore, seriesSeenMs } from "./series-index-store.ts";
import { gather, type OpenSection } from "./storage/open-section.ts";
import type { PointTable } from "./storage/point-table.ts";
import { choiceOf, metricIdOf } from "./storage/series-ref.ts";

/** Ingest moves a sender's clock at most this far ahead of ours, and this far back. */
const aheadMs = 600_000;
const lateMs = 86_400_000;
/** No sender's clock is finer: what turns an open end of time into a closed one. */
const instantMs = 0.001;
const recentMs = 3_600_000;
/** More points than these do not fit a function's memory, nor an answer's time. */
const mostPoints = 5_000_000;

export interface MetricStorage {
  arrivals: ArrivalStore;
  chunks: ChunkStore;
  rollUps: RollUpStore;
  index: SeriesIndexStore;
  compaction: CompactionStore;
  rates: IngestRateStore;
  retention: Retention;
  now: () => number;
}

/** The parts of the DynamoDB store; compaction works on them directly. */
export function makeMetricStorage(
  table: TenantTable,
  settings: { now?: () => number; retention?: Retention } = {},
): MetricStorage {
  const { now = nowMs, retention = defaultRetention } = settings;
  return {
    arrivals: new ArrivalStore(table, now),
    chunks: new ChunkStore(table, retention.rawMs),
    rollUps: new RollUpStore(table, retention),
    index: new SeriesIndexStore(table, retention.hourMs),
    compaction: new CompactionStore(table),
    rates: new IngestRateStore(table),
    retention,
    now,
  };
}

/**
 * Points in DynamoDB, log-structured: arrivals packed a write at a time, chunks by metric and hour that
 * compaction makes of them, and roll-ups by series. Readers take the union of arrivals and chunks by point
 * identity, so what compaction has done twice, or half, shows nowhere.
 */
export function makeDynamoMetricStore(storage: MetricStorage): MetricStore {
  return new DynamoMetricStore(storage);
}

class DynamoMetricStore implements MetricStore {
  readonly #storage: MetricStorage;

  constructor(storage: MetricStorage) {
    this.#storage = storage;
  }

  async write(tenantId: string, batches: Parameters<MetricStore["write"]>[1]): Promise<void> {
    const { index, compaction, arrivals, now } = this.#storage;
    const points = batches.map((batch) => batch.points);
    await Promise.all([
      compaction.begin(tenantId, now()),
      index.register(
        tenantId,
        points.flatMap((batch) => batch.series),
        now(),
      ),
    ]);
    await arrivals.save(tenantId, points);
  }

  async readPoints(tenantId: string, input: PointsInput, maxPoints = mostPoints): Promise<SeriesPoints[]> {
    const { table, series } = await this.#rawPoints(tenantId, input, input, maxPoints);
    return seriesPointsOf(table, series);
  }

  async query(tenantId: string, input: AggregateInput): Promise<ReturnType<typeof emptyResult>> {
    const { index, compaction, retention, now } = this.#storage;
    const [metric, state] = await Promise.all([
      index.metric(tenantId, input.name),
      compaction.read(tenantId, now()),
    ]);
    if (!metric || !state) return emptyResult(input);
    const plan = planQuery(input, metric.type, now(), retention);
    const tallies = new SeriesTallies(plan.windows, input.aggregate);
    const rolled = plan.resolution !== "raw" && plan.windows.fromMs < state.rolledMs;
    const rawFromMs = rolled ? state.rolledMs : plan.windows.fromMs;
    const baseMs = needsBase(input.aggregate, metric.type) ? counterLookbackMs : -instantMs;
    const raw = { fromMs: rawFromMs - baseMs, toMs: plan.windows.toMs + instantMs };
    const [, points] = await Promise.all([
      rolled ? this.#addRollUps(tenantId, input, plan, state, tallies) : undefined,
      raw.toMs > rawFromMs ? this.#rawPoints(tenantId, input, raw, mostPoints) : undefined,
    ]);
    if (points) {
      for (const one of seriesPointsOf(points.table, points.series)) tallies.addPoints(one, rawFromMs);
    }
    return resultOf(input, metric, plan, tallies);
  }

  listMetrics(tenantId: string, limit: number, cursor?: string) {
    return this.#storage.index.metrics(tenantId, limit, cursor);
  }

  async listSeries(
    tenantId: string,
    name: string,
    matchers: readonly Matcher[],
    limit: number,
    cursor?: string,
  ): ReturnType<MetricStore["listSeries"]> {
    const page = await this.#storage.index.page(tenantId, name, limit, cursor);
    const found = page.items.map(({ series }) => series);
    const fitting = matchingSeries(found, matchers);
    const newest = await this.#newestTimes(tenantId, name, fitting);
    const items = page.items
      .filter(({ series }) => fitting.has(series.seriesId))
      .map(({ series, lastSeenMs }) => ({
        seriesId: series.seriesId,
        labels: series.labels,
        lastSeenAt: isoTime(Math.max(lastSeenMs, newest.get(series.seriesId) ?? 0)),
      }));
    return { items, cursor: page.cursor };
  }

  /** When the series last sent a point, of those that did within the last hour and are not in chunks yet. */
  async #newestTimes(
    tenantId: string,
    name: string,
    series: ReadonlyMap<string, Series>,
  ): Promise<Map<string, number>> {
    const { arrivals, compaction, now } = this.#storage;
    const atMs = now();
    const state = await compaction.read(tenantId, atMs);
    if (!state || series.size === 0) return new Map();
    const fromMs = Math.max(state.flushedMs, atMs - recentMs);
    const sections = await arrivals.read(tenantId, groupsOf(metricIdOf(name)), fromMs, atMs + slowWriteMs);
    const wanted = choiceOf(({ seriesId }) => series.has(seriesId));
    const table = gather(sections, wanted, { fromMs: 0, toMs: atMs + aheadMs });
    const points = seriesPointsOf(table, series);
    return new Map(points.map(({ series, timesMs }) => [series.seriesId, timesMs.at(-1) ?? 0]));
  }

  /** Adds every roll-up bucket that ends at or before state.rolledMs; what follows comes from raw points. */
  async #addRollUps(
    tenantId: string,
    input: AggregateInput,
    plan: Plan,
    state: CompactionState,
    tallies: SeriesTallies,
  ): Promise<void> {
    if (plan.resolution === "raw") return;
    const { index, rollUps, now } = this.#storage;
    const { fromMs, toMs } = plan.windows;
    const listed = await index.all(tenantId, input.name, now());
    const alive = listed.filter(({ lastSeenMs }) => lastSeenMs + seriesSeenMs >= fromMs);
    const series = matchingSeries(
      alive.map((one) => one.series),
      input.matchers,
    );
    const range = { fromMs, toMs: Math.min(toMs, state.rolledMs) };
    const ids = [...series.keys()];
    const columns = await rollUps.read(tenantId, plan.resolution, metricIdOf(input.name), range, ids);
    for (const [seriesId, column] of columns) {
      const one = series.get(seriesId);
      if (one) tallies.addColumn(one, column, range);
    }
  }

  async #rawPoints(
    tenantId: string,
    { name, matchers }: Pick<PointsInput, "name" | "matchers">,
    range: { fromMs: number; toMs: number },
    maxPoints: number,
  ): Promise<{ table: PointTable; series: Map<string, Series> }> {
    const metricId = metricIdOf(name);
    const sections = await this.#sections(tenantId, metricId, range);
    const ids = new Set<string>();
    for (const refs of new Set(sections.map((section) => section.refs))) {
      for (const ref of refs) if (ref.metricId === metricId) ids.add(ref.seriesId);
    }
    const found = await this.#storage.index.find(tenantId, name, [...ids]);
    const series = matchingSeries(found.values(), matchers);
    const wanted = choiceOf(({ seriesId }) => series.has(seriesId));
    const stored = sections.reduce((sum, section) => sum + section.count(wanted), 0);
    // Hours at the edges and repetitions are counted too, so only what cannot be held is refused before decoding.
    if (stored > 2 * mostPoints) throw tooMany(name, stored, maxPoints);
    const table = gather(sections, wanted, range);
    if (table.values.length > maxPoints) throw tooMany(name, table.values.length, maxPoints);
    return { table, series };
  }

  async #sections(
    tenantId: string,
    metricId: string,
    { fromMs, toMs }: { fromMs: number; toMs: number },
  ): Promise<OpenSection[]> {
    const { arrivals, chunks, compaction, now } = this.#storage;
    const atMs = now();
    const state = await compaction.read(tenantId, atMs);
    if (!state) return [];
    const arrivedFromMs = Math.max(state.flushedMs, fromMs - aheadMs - slowWriteMs);
    const arrivedToMs = Math.min(atMs + slowWriteMs, toMs + lateMs + slowWriteMs);
    const [flushed, fresh] = await Promise.all([
      fromMs - aheadMs < state.flushedMs ? chunks.read(tenantId, metricId, fromMs, toMs) : [],
      arrivedFromMs < arrivedToMs
        ? arrivals.read(tenantId, groupsOf(metricId), arrivedFromMs, arrivedToMs)
        : [],
    ]);
    return [...flushed, ...fresh];
  }
}

function tooMany(name: string, found: number, most: number): LimitExceeded {
  return new LimitExceeded(
    `${found} points of "${name}" match; at most ${most} are read at once, so narrow the labels or the time.`,
    60,
  );
}

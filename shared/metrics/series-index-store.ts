import { randomInt } from "node:crypto";
import { z } from "zod";
import type { Labels } from "../../events/alerts.ts";
import type { Item, Page, TenantTable } from "../platform/aws/tenant-table.ts";
import { isoTime } from "../platform/clock.ts";
import { epochSeconds } from "./keys.ts";
import type { Series } from "./points.ts";
import { type MetricInfo, MetricType } from "./schemas.ts";
import { metricIdOf } from "./storage/series-ref.ts";

const hourMs = 3_600_000;
/** `lastSeenAt` of a metric is exact to this, and a stored series to six times this. */
export const metricSeenMs = hourMs;
export const seriesSeenMs = 6 * hourMs;
const rememberedSeries = 200_000;
const listedForMs = 15_000;

const SeriesRow = z.object({
  sk: z.string(),
  name: z.string(),
  type: MetricType,
  unit: z.string().nullable(),
  temporality: z.enum(["delta", "cumulative"]).nullable(),
  monotonic: z.boolean(),
  /** JSON, so that no label name can be mistaken for a part of an object. */
  labels: z.string().transform((text) => JSON.parse(text) as Labels),
  lastSeenMs: z.number(),
});
const MetricRow = z.object({
  sk: z.string(),
  type: MetricType,
  unit: z.string().nullable(),
  monotonic: z.boolean(),
  seriesCount: z.number(),
  lastSeenMs: z.number(),
  /** Set while new series are being written: whoever meets it counts. */
  uncounted: z.boolean(),
  /** Another one for every mark, so that a count cannot strike a later mark. */
  version: z.number(),
});
type MetricRow = z.infer<typeof MetricRow>;

/** A series and when its index row was last renewed; it may have been seen later. */
export interface IndexedSeries {
  series: Series;
  lastSeenMs: number;
}

/**
 * Which metrics and series a tenant has. A series is written when it is new and renewed when it goes on being
 * seen; what a warm process has met it does not ask for again.
 */
export class SeriesIndexStore {
  readonly #table: TenantTable;
  readonly #keptMs: number;
  /** Series this process has met, by tenant and id. */
  readonly #met = new Map<string, IndexedSeries>();
  readonly #metricsSeen = new Map<string, number>();
  readonly #listed = new Map<string, { atMs: number; all: IndexedSeries[] }>();

  constructor(table: TenantTable, keptMs: number) {
    this.#table = table;
    this.#keptMs = keptMs;
  }

  /** Makes sure that every series can be found, and its metric with the right count. */
  async register(tenantId: string, series: Iterable<Series>, nowMs: number): Promise<void> {
    const unsure = new Map<string, Series>();
    const names = new Map<string, Series>();
    for (const one of series) {
      names.set(one.name, one);
      const met = this.#met.get(`${tenantId}#${one.seriesId}`);
      if (!met || nowMs - met.lastSeenMs > seriesSeenMs) unsure.set(one.seriesId, one);
    }
    if (unsure.size > 0) await this.#registerSeries(tenantId, [...unsure.values()], nowMs);
    const stale = [...names.values()].filter(({ name }) => !this.#isFresh(tenantId, name, nowMs));
    if (stale.length > 0) await this.#renewMetrics(tenantId, stale, nowMs);
  }

  /** The series of one metric with these ids, by id; ids of other metrics and forgotten series are left out. */
  async find(tenantId: string, name: string, seriesIds: readonly string[]): Promise<Map<string, Series>> {
    const missing = seriesIds.filter((id) => !this.#met.has(`${tenantId}#${id}`));
    const pk = seriesPartition(name);
    if (missing.length > 0) {
      const items = await this.#table.getMany(
        tenantId,
        missing.map((sk) => ({ pk, sk })),
      );
      for (const item of items) this.#remember(tenantId, indexed(item));
    }
    const found = new Map<string, Series>();
    for (const id of seriesIds) {
      const met = this.#met.get(`${tenantId}#${id}`);
      if (met?.series.name === name) found.set(id, met.series);
    }
    return found;
  }

  /** One page of a metric's series, by id. */
  async page(tenantId: string, name: string, limit: number, cursor?: string): Promise<Page<IndexedSeries>> {
    const page = await this.#table.query(tenantId, { pk: seriesPartition(name), limit, cursor });
    return { items: page.items.map(indexed), cursor: page.cursor };
  }

  /** Every series of a metric; up to 15 s old, which is young enough for everything already rolled up. */
  async all(tenantId: string, name: string, nowMs: number): Promise<IndexedSeries[]> {
    const key = `${tenantId}#${name}`;
    const listed = this.#listed.get(key);
    if (listed && nowMs - listed.atMs < listedForMs) return listed.all;
    const all: IndexedSeries[] = [];
    for await (const item of this.#table.queryAll(tenantId, { pk: seriesPartition(name) })) {
      all.push(indexed(item));
    }
    if (this.#listed.size >= 100) this.#listed.clear();
    this.#listed.set(key, { atMs: nowMs, all });
    return all;
  }

  async metric(tenantId: string, name: string): Promise<MetricInfo | undefined> {
    const item = await this.#table.get(tenantId, { pk: "metrics", sk: name });
    return item && this.#info(tenantId, MetricRow.parse(item));
  }

  /** The names that come after one, of metrics seen since `seenMs`. */
  async *namesAfter(tenantId: string, name: string, seenMs: number): AsyncGenerator<string> {
    const from = name === "" ? {} : { from: `${name}\u0000` };
    for await (const item of this.#table.queryAll(tenantId, { pk: "metrics", ...from })) {
      const row = MetricRow.parse(item);
      if (row.lastSeenMs + metricSeenMs >= seenMs) yield row.sk;
    }
  }

  /** Metrics by name. */
  async metrics(tenantId: string, limit: number, cursor?: string): Promise<Page<MetricInfo>> {
    const page = await this.#table.query(tenantId, { pk: "metrics", limit, cursor });
    const rows = page.items.map((item) => this.#info(tenantId, MetricRow.parse(item)));
    return { items: await Promise.all(rows), cursor: page.cursor };
  }

  /**
   * Rows are marked uncounted before their series are written and counted after it, so a process that dies in
   * between leaves a mark, never a wrong count.
   */
  async #registerSeries(tenantId: string, unsure: readonly Series[], nowMs: number): Promise<void> {
    const keys = unsure.map((series) => ({ pk: seriesPartition(series.name), sk: series.seriesId }));
    const known = new Map<string, IndexedSeries>();
    for (const item of await this.#table.getMany(tenantId, keys)) known.set(item.sk, indexed(item));
    const fresh = unsure.filter(({ seriesId }) => !known.has(seriesId));
    const due = unsure.filter(
      ({ seriesId }) => nowMs - (known.get(seriesId)?.lastSeenMs ?? 0) > seriesSeenMs,
    );
    const grown = [...new Map(fresh.map((series) => [series.name, series])).values()];
    const marks = grown.map((series) => this.#metricItem(series, nowMs));
    await this.#table.putMany(tenantId, marks);
    await this.#table.putMany(
      tenantId,
      due.map((series) => this.#seriesItem(series, nowMs)),
    );
    await Promise.all(marks.map((mark) => this.#count(tenantId, MetricRow.parse(mark), nowMs)));
    for (const series of unsure) {
      const renewedMs = due.includes(series) ? nowMs : (known.get(series.seriesId)?.lastSeenMs ?? nowMs);
      this.#remember(tenantId, { series, lastSeenMs: renewedMs });
    }
  }

  async #count(tenantId: string, row: MetricRow, nowMs: number): Promise<void> {
    const counted = {
      pk: "metrics",
      sk: row.sk,
      seriesCount: await this.#table.count(tenantId, seriesPartition(row.sk)),
      uncounted: false,
      lastSeenMs: nowMs,
      expiresAt: epochSeconds(nowMs + this.#keptMs),
    };
    await this.#table.save(tenantId, counted, [], { version: row.version });
    this.#see(tenantId, row.sk, nowMs);
  }

  async #renewMetrics(tenantId: string, series: readonly Series[], nowMs: number): Promise<void> {
    const keys = series.map(({ name }) => ({ pk: "metrics", sk: name }));
    const rows = (await this.#table.getMany(tenantId, keys)).map((item) => MetricRow.parse(item));
    const renewals = rows.map(async (row) => {
      if (row.uncounted) return this.#count(tenantId, row, nowMs);
      this.#see(tenantId, row.sk, row.lastSeenMs);
      if (this.#isFresh(tenantId, row.sk, nowMs)) return;
      const expiresAt = epochSeconds(nowMs + this.#keptMs);
      await this.#table.save(tenantId, { pk: "metrics", sk: row.sk, lastSeenMs: nowMs, expiresAt });
      this.#see(tenantId, row.sk, nowMs);
    });
    await Promise.all(renewals);
  }

  #isFresh(tenantId: string, name: string, nowMs: number): boolean {
    const seenMs = this.#metricsSeen.get(`${tenantId}#${name}`);
    return seenMs !== undefined && nowMs - seenMs <= metricSeenMs;
  }

  #see(tenantId: string, name: string, seenMs: number): void {
    if (this.#metricsSeen.size >= rememberedSeries) this.#metricsSeen.clear();
    this.#metricsSeen.set(`${tenantId}#${name}`, seenMs);
  }

  async #info(tenantId: string, row: MetricRow): Promise<MetricInfo> {
    const seriesCount = row.uncounted
      ? await this.#table.count(tenantId, seriesPartition(row.sk))
      : row.seriesCount;
    const { sk: name, type, unit, monotonic } = row;
    return { name, type, unit, monotonic, seriesCount, lastSeenAt: isoTime(row.lastSeenMs) };
  }

  #remember(tenantId: string, one: IndexedSeries): void {
    if (this.#met.size >= rememberedSeries) this.#met.clear();
    this.#met.set(`${tenantId}#${one.series.seriesId}`, one);
  }

  #seriesItem(series: Series, nowMs: number): Item {
    const { seriesId, ...described } = series;
    const labels = JSON.stringify(series.labels);
    const expiresAt = epochSeconds(nowMs + this.#keptMs);
    const key = { pk: seriesPartition(series.name), sk: seriesId };
    return { ...key, ...described, labels, lastSeenMs: nowMs, expiresAt };
  }

  /** A metric's row, marked as uncounted. */
  #metricItem({ name, type, unit, monotonic }: Series, nowMs: number): Item {
    const version = randomInt(2 ** 47);
    const expiresAt = epochSeconds(nowMs + this.#keptMs);
    const state = { seriesCount: 0, uncounted: true, version, lastSeenMs: nowMs, expiresAt };
    return { pk: "metrics", sk: name, type, unit, monotonic, ...state };
  }
}

function seriesPartition(name: string): string {
  return `series#${metricIdOf(name)}`;
}

function indexed(item: Item): IndexedSeries {
  const { sk: seriesId, lastSeenMs, ...described } = SeriesRow.parse(item);
  return { series: { seriesId, ...described }, lastSeenMs };
}

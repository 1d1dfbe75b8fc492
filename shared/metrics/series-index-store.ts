import { z } from "zod";
import type { Labels } from "../../events/alerts.ts";
import type { Item, Page, TenantTable } from "../platform/aws/tenant-table.ts";
import { activeMs, seriesPartition } from "./active-series.ts";
import { epochSeconds } from "./keys.ts";
import { MetricIndexStore, metricSeenMs } from "./metric-index-store.ts";
import type { Series } from "./points.ts";
import { type MetricInfo, MetricType } from "./schemas.ts";

/** `lastSeenAt` of a stored series is exact to this. */
export const seriesSeenMs = 6 * metricSeenMs;
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
  readonly #metrics: MetricIndexStore;
  readonly #listed = new Map<string, { atMs: number; all: IndexedSeries[] }>();

  constructor(table: TenantTable, keptMs: number) {
    this.#table = table;
    this.#keptMs = keptMs;
    this.#metrics = new MetricIndexStore(table, keptMs);
  }

  /** Makes sure that every series can be found, and its metric with the right count. */
  async register(tenantId: string, series: Iterable<Series>, nowMs: number): Promise<void> {
    const unsure = new Map<string, Series>();
    const names = new Set<string>();
    for (const one of series) {
      names.add(one.name);
      const met = this.#met.get(`${tenantId}#${one.seriesId}`);
      if (!met || nowMs - met.lastSeenMs > seriesSeenMs) unsure.set(one.seriesId, one);
    }
    if (unsure.size > 0) await this.#registerSeries(tenantId, [...unsure.values()], nowMs);
    await this.#metrics.renew(tenantId, [...names], nowMs);
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

  metric(tenantId: string, name: string): Promise<MetricInfo | undefined> {
    return this.#metrics.find(tenantId, name);
  }

  /** The names that come after one, of metrics seen since `seenMs`. */
  namesAfter(tenantId: string, name: string, seenMs: number): AsyncGenerator<string> {
    return this.#metrics.namesAfter(tenantId, name, seenMs);
  }

  /** Metrics by name. */
  metrics(tenantId: string, limit: number, cursor?: string): Promise<Page<MetricInfo>> {
    return this.#metrics.page(tenantId, limit, cursor);
  }

  /**
   * Counts every metric anew, once an hour: series that were silent for a day count no more, and what a dead
   * process left out counts.
   */
  recount(tenantId: string, nowMs: number): Promise<void> {
    return this.#metrics.recount(tenantId, nowMs);
  }

  /**
   * Rows are marked uncounted before their series are written and counted after it, so a process that dies in
   * between leaves a mark, never a wrong count.
   */
  async #registerSeries(tenantId: string, unsure: readonly Series[], nowMs: number): Promise<void> {
    const keys = unsure.map((series) => ({ pk: seriesPartition(series.name), sk: series.seriesId }));
    const known = new Map<string, IndexedSeries>();
    for (const item of await this.#table.getMany(tenantId, keys)) known.set(item.sk, indexed(item));
    const silentMs = ({ seriesId }: Series) => nowMs - (known.get(seriesId)?.lastSeenMs ?? 0);
    const due = unsure.filter((series) => silentMs(series) > seriesSeenMs);
    const fresh = due.filter((series) => silentMs(series) >= activeMs);
    const grown = new Map(fresh.map((series) => [series.name, series]));
    await this.#metrics.mark(tenantId, [...grown.values()], nowMs);
    await this.#table.putMany(
      tenantId,
      due.map((series) => this.#seriesItem(series, nowMs)),
    );
    await this.#metrics.count(tenantId, [...grown.keys()], nowMs);
    const renewed = new Set(due);
    for (const series of unsure) {
      const renewedMs = renewed.has(series) ? nowMs : (known.get(series.seriesId)?.lastSeenMs ?? nowMs);
      this.#remember(tenantId, { series, lastSeenMs: renewedMs });
    }
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
}

function indexed(item: Item): IndexedSeries {
  const { sk: seriesId, lastSeenMs, ...described } = SeriesRow.parse(item);
  return { series: { seriesId, ...described }, lastSeenMs };
}

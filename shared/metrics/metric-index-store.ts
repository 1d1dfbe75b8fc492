import { randomInt } from "node:crypto";
import { z } from "zod";
import type { Page, TenantTable } from "../platform/aws/tenant-table.ts";
import { isoTime } from "../platform/clock.ts";
import { eachInParallel } from "../platform/each-in-parallel.ts";
import { activeMs, seriesPartition } from "./active-series.ts";
import { epochSeconds } from "./keys.ts";
import type { Series } from "./points.ts";
import { type MetricInfo, MetricType } from "./schemas.ts";
import { SeriesCountStore } from "./series-count-store.ts";

const hourMs = 3_600_000;
/** `lastSeenAt` of a metric is exact to this. */
export const metricSeenMs = hourMs;
const rememberedMetrics = 200_000;
const recountedEachMs = hourMs;
const metricsPage = 100;
const countedAtOnce = 10;
/** Lost to other processes so often, a count is left to them. */
const countTries = 5;

const MetricRow = z.object({
  sk: z.string(),
  type: MetricType,
  unit: z.string().nullable(),
  monotonic: z.boolean(),
  seriesCount: z.number().default(0),
  /** How many of them the tenant's count has been told of. */
  inTotal: z.number().default(0),
  lastSeenMs: z.number(),
  /** Set while new series are being written: whoever meets it counts. */
  uncounted: z.boolean(),
  /** Another one for every mark and count, so that a count strikes no later mark and is told on once. */
  version: z.number(),
});
type MetricRow = z.infer<typeof MetricRow>;

/** Which metrics a tenant has, and how many series of each sent something within the day. */
export class MetricIndexStore {
  readonly #table: TenantTable;
  readonly #keptMs: number;
  readonly #total: SeriesCountStore;
  readonly #seen = new Map<string, number>();

  constructor(table: TenantTable, keptMs: number) {
    this.#table = table;
    this.#keptMs = keptMs;
    this.#total = new SeriesCountStore(table);
  }

  async find(tenantId: string, name: string): Promise<MetricInfo | undefined> {
    const row = await this.#row(tenantId, name);
    return row && this.#info(tenantId, row);
  }

  /** Metrics by name. */
  async page(tenantId: string, limit: number, cursor?: string): Promise<Page<MetricInfo>> {
    const page = await this.#table.query(tenantId, { pk: "metrics", limit, cursor });
    const rows = page.items.map((item) => this.#info(tenantId, MetricRow.parse(item)));
    return { items: await Promise.all(rows), cursor: page.cursor };
  }

  /** The names that come after one, of metrics seen since `seenMs`. */
  async *namesAfter(tenantId: string, name: string, seenMs: number): AsyncGenerator<string> {
    const from = name === "" ? {} : { from: `${name}\u0000` };
    for await (const item of this.#table.queryAll(tenantId, { pk: "metrics", ...from })) {
      const row = MetricRow.parse(item);
      if (row.lastSeenMs + metricSeenMs >= seenMs) yield row.sk;
    }
  }

  /** Marks metrics as uncounted, before new series of theirs are written. */
  async mark(tenantId: string, series: readonly Series[], nowMs: number): Promise<void> {
    const marked = series.map(({ name, type, unit, monotonic }) => {
      const seen = { lastSeenMs: nowMs, expiresAt: epochSeconds(nowMs + this.#keptMs) };
      const state = { uncounted: true, version: randomVersion(), ...seen };
      return this.#table.save(tenantId, { pk: "metrics", sk: name, type, unit, monotonic, ...state });
    });
    await Promise.all(marked);
  }

  /** Counts metrics after new series of theirs were written. */
  async count(tenantId: string, names: readonly string[], nowMs: number): Promise<void> {
    const changes = await Promise.all(names.map((name) => this.#count(tenantId, name, nowMs)));
    const change = changes.reduce((sum, one) => sum + one, 0);
    if (change !== 0) await this.#total.add(tenantId, change);
  }

  /** Notes that the metrics go on being sent, and counts what a dead process left uncounted. */
  async renew(tenantId: string, names: readonly string[], nowMs: number): Promise<void> {
    const stale = names.filter((name) => !this.#isFresh(tenantId, name, nowMs));
    if (stale.length === 0) return;
    const keys = stale.map((sk) => ({ pk: "metrics", sk }));
    const rows = (await this.#table.getMany(tenantId, keys)).map((item) => MetricRow.parse(item));
    const uncounted = rows.filter((row) => row.uncounted).map(({ sk }) => sk);
    const renewals = rows.map(async (row) => {
      if (row.uncounted) return;
      this.#see(tenantId, row.sk, row.lastSeenMs);
      if (this.#isFresh(tenantId, row.sk, nowMs)) return;
      const expiresAt = epochSeconds(nowMs + this.#keptMs);
      await this.#table.save(tenantId, { pk: "metrics", sk: row.sk, lastSeenMs: nowMs, expiresAt });
      this.#see(tenantId, row.sk, nowMs);
    });
    await Promise.all([...renewals, this.count(tenantId, uncounted, nowMs)]);
  }

  /**
   * Counts every metric anew, once an hour: series that were silent for a day count no more, and what a dead
   * process left out counts.
   */
  async recount(tenantId: string, nowMs: number): Promise<void> {
    const { added, countedAtMs } = await this.#total.state(tenantId);
    if (nowMs - countedAtMs < recountedEachMs) return;
    let counted = 0;
    let cursor: string | undefined;
    do {
      const page = await this.#table.query(tenantId, { pk: "metrics", limit: metricsPage, cursor });
      await eachInParallel(page.items, countedAtOnce, async (item) => {
        counted += await this.#recount(tenantId, MetricRow.parse(item), nowMs);
      });
      cursor = page.cursor;
    } while (cursor);
    await this.#total.settle(tenantId, { counted, countedAtMs: nowMs, addedBefore: added });
  }

  /** By how much the metric's count has changed. */
  async #count(tenantId: string, name: string, nowMs: number): Promise<number> {
    let lastVersion: number | undefined;
    for (let tries = 0; tries < countTries; tries++) {
      const row = await this.#row(tenantId, name);
      // Whoever has marked it since our try counts after us, and so counts ours too.
      if (!row || (row.uncounted && lastVersion !== undefined)) return 0;
      lastVersion = row.version;
      const seriesCount = await this.#active(tenantId, name, nowMs);
      const counted = { seriesCount, inTotal: seriesCount, uncounted: false, version: randomVersion() };
      const seen = { lastSeenMs: nowMs, expiresAt: epochSeconds(nowMs + this.#keptMs) };
      const item = { pk: "metrics", sk: name, ...counted, ...seen };
      if ((await this.#table.save(tenantId, item, [], { version: row.version })) === "saved") {
        this.#see(tenantId, name, nowMs);
        return seriesCount - row.inTotal;
      }
    }
    return 0;
  }

  /** What the metric adds to a count over all of them. One that is just being counted adds its change by itself. */
  async #recount(tenantId: string, row: MetricRow, nowMs: number): Promise<number> {
    const silentMs = nowMs - row.lastSeenMs;
    if (row.uncounted && silentMs < recountedEachMs) return row.inTotal;
    const isSilent = silentMs > metricSeenMs + activeMs;
    const seriesCount = isSilent ? 0 : await this.#active(tenantId, row.sk, nowMs);
    if (!row.uncounted && seriesCount === row.seriesCount && seriesCount === row.inTotal) return seriesCount;
    const counted = { seriesCount, inTotal: seriesCount, uncounted: false, version: randomVersion() };
    const item = { pk: "metrics", sk: row.sk, ...counted };
    const saved = await this.#table.save(tenantId, item, [], { version: row.version });
    return saved === "saved" ? seriesCount : row.inTotal;
  }

  #active(tenantId: string, name: string, nowMs: number): Promise<number> {
    return this.#table.count(tenantId, seriesPartition(name), { lastSeenMs: nowMs - activeMs });
  }

  async #row(tenantId: string, name: string): Promise<MetricRow | undefined> {
    const item = await this.#table.get(tenantId, { pk: "metrics", sk: name });
    return item && MetricRow.parse(item);
  }

  async #info(tenantId: string, row: MetricRow): Promise<MetricInfo> {
    const { sk: name, type, unit, monotonic, uncounted, lastSeenMs } = row;
    const seriesCount = uncounted ? await this.#active(tenantId, name, lastSeenMs) : row.seriesCount;
    return { name, type, unit, monotonic, seriesCount, lastSeenAt: isoTime(lastSeenMs) };
  }

  #isFresh(tenantId: string, name: string, nowMs: number): boolean {
    const seenMs = this.#seen.get(`${tenantId}#${name}`);
    return seenMs !== undefined && nowMs - seenMs <= metricSeenMs;
  }

  #see(tenantId: string, name: string, seenMs: number): void {
    if (this.#seen.size >= rememberedMetrics) this.#seen.clear();
    this.#seen.set(`${tenantId}#${name}`, seenMs);
  }
}

function randomVersion(): number {
  return randomInt(2 ** 47);
}

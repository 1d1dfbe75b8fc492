import { createHash } from "node:crypto";
import type { Item, TenantTable } from "../platform/aws/tenant-table.ts";
import { epochSeconds, timeKey } from "./keys.ts";
import type { PointBatch } from "./points.ts";
import { layoutIdOf, openBlock, packLayout, type Section, unpackLayout } from "./storage/block.ts";
import { type OpenSection, withRefs } from "./storage/open-section.ts";
import { filterTable, type PointTable, tableOfBatches } from "./storage/point-table.ts";
import type { SeriesRef } from "./storage/series-ref.ts";
import { packWithin } from "./storage/split.ts";

const hourMs = 3_600_000;
const partitionMs = 6 * hourMs;
/** Compaction may stand still this long before anything is at stake; its alarm rings within minutes. */
const keptMs = 72 * hourMs;
const layoutKeptMs = 96 * hourMs;
const layoutRenewedMs = 6 * hourMs;
/** Shorter lists are carried along; longer ones would not fit an item. */
const layoutSeries = { least: 8, most: 20_000 };
const rememberedLayouts = 2_000;
/** A write of more points is spread, so that a reader of one metric reads a sixteenth of it. */
const spreadFromPoints = 8_000;

/**
 * A write that began longer ago may belong to a bucket that compaction has closed meanwhile; it is repeated.
 * Compaction waits twice as long.
 */
export const slowWriteMs = 120_000;

/** "all" holds small writes whole; the digits hold large ones by the first digit of the metric's id. */
export type ArrivalGroup = string;
export const arrivalGroups: readonly ArrivalGroup[] = ["all", ..."0123456789abcdef"];

/** Points as they came in, packed a write at a time, until compaction has sorted them by metric and hour. */
export class ArrivalStore {
  readonly #table: TenantTable;
  readonly #now: () => number;
  /** Lists of series this process has seen: when it saved them, or 0 when it saw them once. */
  readonly #savedLayouts = new Map<string, number>();
  readonly #readLayouts = new Map<string, SeriesRef[]>();

  constructor(table: TenantTable, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  /** Durable when it returns. Points that arrive twice are stored twice and read once. */
  async save(tenantId: string, batches: readonly PointBatch[]): Promise<void> {
    const tables = bySeriesList(batches).map(tableOfBatches);
    const points = tables.reduce((sum, table) => sum + table.values.length, 0);
    const groups = points < spreadFromPoints ? ["all"] : arrivalGroups.slice(1);
    const layouts = new Map<string, Item>();
    const blocks = groups.flatMap((group) => {
      const sections = tables.flatMap((table) => this.#section(tenantId, partOf(table, group), layouts));
      if (sections.length === 0) return [];
      return packWithin(sections, "fast").map((data) => ({ group, data }));
    });
    await this.#table.putMany(tenantId, [...layouts.values()]);
    for (const key of layouts.keys()) this.#savedLayouts.set(key, this.#now());
    const startedMs = await this.#put(tenantId, blocks);
    if (this.#now() - startedMs > slowWriteMs) await this.#put(tenantId, blocks);
  }

  /** What arrived from `fromMs` until `toMs` in the given groups. */
  async read(
    tenantId: string,
    groups: readonly ArrivalGroup[],
    fromMs: number,
    toMs: number,
  ): Promise<OpenSection[]> {
    const partitions: string[] = [];
    const firstMs = Math.floor(fromMs / partitionMs) * partitionMs;
    for (let startMs = firstMs; startMs < toMs; startMs += partitionMs) {
      for (const group of groups) partitions.push(partition(startMs, group));
    }
    const range = { from: timeKey(fromMs), to: timeKey(toMs) };
    const found = await Promise.all(
      partitions.map(async (pk) => {
        const items: Item[] = [];
        for await (const item of this.#table.queryAll(tenantId, { pk, ...range, consistent: true })) {
          items.push(item);
        }
        return items;
      }),
    );
    return this.#open(tenantId, found.flat());
  }

  async #put(tenantId: string, blocks: { group: ArrivalGroup; data: Buffer }[]): Promise<number> {
    const nowMs = this.#now();
    const items = blocks.map(({ group, data }) => ({
      pk: partition(nowMs, group),
      sk: `${timeKey(nowMs)}#${createHash("sha256").update(data).digest("base64url").slice(0, 12)}`,
      data,
      expiresAt: epochSeconds(nowMs + keptMs),
    }));
    await this.#table.putMany(tenantId, items);
    return nowMs;
  }

  /** Senders send the same series again and again: from the second time on their list is only named. */
  #section(tenantId: string, table: PointTable, layouts: Map<string, Item>): Section[] {
    const count = table.refs.length;
    if (count === 0) return [];
    if (count < layoutSeries.least || count > layoutSeries.most) return [{ table, layoutId: null }];
    const layoutId = layoutIdOf(table.refs);
    const key = `${tenantId}#${layoutId}`;
    const savedMs = this.#savedLayouts.get(key);
    if (savedMs === undefined) {
      if (this.#savedLayouts.size >= rememberedLayouts) this.#savedLayouts.clear();
      this.#savedLayouts.set(key, 0);
      return [{ table, layoutId: null }];
    }
    const nowMs = this.#now();
    if (nowMs - savedMs > layoutRenewedMs) {
      const expiresAt = epochSeconds(nowMs + layoutKeptMs);
      layouts.set(key, { pk: `layout#${layoutId}`, sk: "series", data: packLayout(table.refs), expiresAt });
    }
    return [{ table, layoutId }];
  }

  async #open(tenantId: string, items: readonly Item[]): Promise<OpenSection[]> {
    const sections = items.flatMap((item) => openBlock(bytesOf(item)));
    const named = new Set(sections.flatMap(({ layoutId }) => layoutId ?? []));
    const layouts = await this.#layouts(tenantId, [...named]);
    return sections.map((section) => {
      const refs = section.refs ?? layouts.get(section.layoutId ?? "");
      if (!refs) throw new TypeError(`The list of series ${section.layoutId} is gone before its points.`);
      return withRefs(section, refs);
    });
  }

  async #layouts(tenantId: string, ids: readonly string[]): Promise<Map<string, SeriesRef[]>> {
    const missing = ids.filter((id) => !this.#readLayouts.has(`${tenantId}#${id}`));
    const items = await this.#table.getMany(
      tenantId,
      missing.map((id) => ({ pk: `layout#${id}`, sk: "series" })),
    );
    if (this.#readLayouts.size + items.length > rememberedLayouts) this.#readLayouts.clear();
    const found = new Map<string, SeriesRef[]>();
    for (const item of items) {
      const id = item.pk.slice("layout#".length);
      const refs = unpackLayout(bytesOf(item));
      this.#readLayouts.set(`${tenantId}#${id}`, refs);
      found.set(id, refs);
    }
    for (const id of ids) {
      const known = this.#readLayouts.get(`${tenantId}#${id}`);
      if (known) found.set(id, known);
    }
    return found;
  }
}

/** The groups a metric's points may lie in. */
export function groupsOf(metricId: string): ArrivalGroup[] {
  return ["all", metricId.charAt(0)];
}

export function bytesOf(item: Item): Uint8Array {
  const data = item["data"];
  if (data instanceof Uint8Array) return data;
  throw new TypeError(`The item ${item.pk} ${item.sk} holds no packed points.`);
}

function partition(ms: number, group: ArrivalGroup): string {
  return `arrivals#${Math.floor(ms / partitionMs)}#${group}`;
}

function partOf(table: PointTable, group: ArrivalGroup): PointTable {
  return group === "all" ? table : filterTable(table, (ref) => ref.metricId.startsWith(group));
}

/** Batches over the same list of series, in the same order, are packed as one. */
function bySeriesList(batches: readonly PointBatch[]): PointBatch[][] {
  const lists = new Map<string, PointBatch[]>();
  for (const batch of batches) {
    const key = batch.series.map((series) => series.seriesId).join();
    const list = lists.get(key);
    if (list) list.push(batch);
    else lists.set(key, [batch]);
  }
  return [...lists.values()];
}

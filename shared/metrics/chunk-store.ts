import type { Item, TenantTable } from "../platform/aws/tenant-table.ts";
import { bytesOf } from "./arrival-store.ts";
import { epochSeconds, timeKey } from "./keys.ts";
import { openBlock } from "./storage/block.ts";
import { type OpenSection, withRefs } from "./storage/open-section.ts";
import type { PointTable } from "./storage/point-table.ts";
import { packWithin } from "./storage/split.ts";
import { windowStart } from "./windows.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The stretch of arrivals a chunk was made from: the same stretch makes the same chunk, wherever it ran. */
export interface Flush {
  fromMs: number;
  toMs: number;
  group: string;
}

/**
 * Raw points by metric and hour of event time. Every flush writes parts of its own, late ones small, and none is
 * ever rewritten with less in it; readers take the union.
 */
export class ChunkStore {
  readonly #table: TenantTable;
  readonly #keptMs: number;

  constructor(table: TenantTable, keptMs: number) {
    this.#table = table;
    this.#keptMs = keptMs;
  }

  /** The items for one metric's points of one hour; saved by `save`. */
  pack(metricId: string, startMs: number, flush: Flush, table: PointTable): Item[] {
    return packWithin([{ table, layoutId: null }], "thorough").map((data, part) => ({
      pk: partition(metricId, startMs),
      sk: `${timeKey(startMs)}#${timeKey(flush.fromMs)}-${timeKey(flush.toMs)}#${flush.group}#${part}`,
      data,
      expiresAt: epochSeconds(startMs + hourMs + this.#keptMs),
    }));
  }

  save(tenantId: string, items: readonly Item[]): Promise<void> {
    return this.#table.putMany(tenantId, items);
  }

  /** The chunks that may hold points with fromMs <= time < toMs. */
  async read(tenantId: string, metricId: string, fromMs: number, toMs: number): Promise<OpenSection[]> {
    const firstMs = windowStart(fromMs, hourMs);
    const lastMs = windowStart(toMs, hourMs);
    const days: number[] = [];
    for (let dayStartMs = Math.floor(firstMs / dayMs) * dayMs; dayStartMs <= lastMs; dayStartMs += dayMs) {
      days.push(dayStartMs);
    }
    const range = { from: timeKey(firstMs), to: timeKey(lastMs + hourMs) };
    const found = await Promise.all(
      days.map(async (day) => {
        const sections: OpenSection[] = [];
        const query = { pk: partition(metricId, day), ...range };
        for await (const item of this.#table.queryAll(tenantId, query)) {
          for (const section of openBlock(bytesOf(item))) {
            if (section.refs) sections.push(withRefs(section, section.refs));
          }
        }
        return sections;
      }),
    );
    return found.flat();
  }
}

function partition(metricId: string, startMs: number): string {
  return `raw#${metricId}#${Math.floor(startMs / dayMs)}`;
}

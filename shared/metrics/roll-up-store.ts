import type { Item, TenantTable } from "../platform/aws/tenant-table.ts";
import { bytesOf } from "./arrival-store.ts";
import { epochSeconds, timeKey } from "./keys.ts";
import { type Retention, rollUps } from "./resolution.ts";
import { packTallies, type TallyColumn, unpackTallies } from "./storage/tally-pack.ts";

export type RollUpLevel = keyof typeof rollUps;

/** More keys than these are slower to ask for one by one than to read the whole metric. */
const mostKeys = 2_000;

/**
 * Roll-ups, an item for each series and stretch of time (six hours of 5 min, a day of 1 h), so that one series
 * over a month is as few bytes as over an hour.
 */
export class RollUpStore {
  readonly #table: TenantTable;
  readonly #keptMs: Record<RollUpLevel, number>;

  constructor(table: TenantTable, retention: Retention) {
    this.#table = table;
    this.#keptMs = { "5m": retention.fiveMinutesMs, "1h": retention.hourMs };
  }

  pack(level: RollUpLevel, metricId: string, startMs: number, bySeries: Map<string, TallyColumn>): Item[] {
    return [...bySeries].map(([seriesId, column]) => ({
      pk: partition(level, metricId),
      sk: `${timeKey(startMs)}#${seriesId}`,
      data: packTallies(column, startMs),
      expiresAt: epochSeconds(startMs + rollUps[level].itemMs + this.#keptMs[level]),
    }));
  }

  save(tenantId: string, items: readonly Item[]): Promise<void> {
    return this.#table.putMany(tenantId, items);
  }

  /** The tallies of the given series in the items that overlap fromMs … toMs, in time order. */
  async read(
    tenantId: string,
    level: RollUpLevel,
    metricId: string,
    range: { fromMs: number; toMs: number },
    seriesIds: readonly string[],
  ): Promise<Map<string, TallyColumn>> {
    const { itemMs } = rollUps[level];
    const starts: number[] = [];
    const firstMs = Math.floor(range.fromMs / itemMs) * itemMs;
    for (let startMs = firstMs; startMs < range.toMs; startMs += itemMs) starts.push(startMs);
    const items =
      starts.length * seriesIds.length <= mostKeys
        ? await this.#byKey(tenantId, level, metricId, starts, seriesIds)
        : await this.#byRange(tenantId, level, metricId, starts, new Set(seriesIds));
    return columnsBySeries(items);
  }

  #byKey(
    tenantId: string,
    level: RollUpLevel,
    metricId: string,
    starts: readonly number[],
    seriesIds: readonly string[],
  ): Promise<Item[]> {
    const pk = partition(level, metricId);
    return this.#table.getMany(
      tenantId,
      starts.flatMap((startMs) => seriesIds.map((id) => ({ pk, sk: `${timeKey(startMs)}#${id}` }))),
    );
  }

  async #byRange(
    tenantId: string,
    level: RollUpLevel,
    metricId: string,
    starts: readonly number[],
    wanted: ReadonlySet<string>,
  ): Promise<Item[]> {
    const items: Item[] = [];
    const query = {
      pk: partition(level, metricId),
      from: timeKey(starts[0] ?? 0),
      to: `${timeKey(starts[starts.length - 1] ?? 0)}#g`,
    };
    for await (const item of this.#table.queryAll(tenantId, query)) {
      if (wanted.has(seriesIdOf(item))) items.push(item);
    }
    return items;
  }
}

function partition(level: RollUpLevel, metricId: string): string {
  return `${level}#${metricId}`;
}

function seriesIdOf(item: Item): string {
  return item.sk.slice(item.sk.indexOf("#") + 1);
}

function columnsBySeries(items: readonly Item[]): Map<string, TallyColumn> {
  const bySeries = new Map<string, TallyColumn>();
  for (const item of [...items].sort((a, b) => (a.sk < b.sk ? -1 : 1))) {
    const column = unpackTallies(bytesOf(item), Number(item.sk.slice(0, item.sk.indexOf("#"))));
    const known = bySeries.get(seriesIdOf(item));
    if (known) {
      known.startsMs.push(...column.startsMs);
      known.tallies.push(...column.tallies);
    } else bySeries.set(seriesIdOf(item), column);
  }
  return bySeries;
}

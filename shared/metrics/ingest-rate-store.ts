import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { epochSeconds, timeKey } from "./keys.ts";

const minuteMs = 60_000;
const keptMs = 26 * 60 * minuteMs;

/**
 * Stored points by minute of arrival. A batch that the queue delivers twice is counted twice: this says how
 * busy ingest is, and nothing is decided or billed by it.
 */
export class IngestRateStore {
  readonly #table: TenantTable;

  constructor(table: TenantTable) {
    this.#table = table;
  }

  async add(tenantId: string, points: number, nowMs: number): Promise<void> {
    const startMs = Math.floor(nowMs / minuteMs) * minuteMs;
    const expiresAt = epochSeconds(startMs + keptMs);
    await this.#table.add(tenantId, { pk: "ingest-rate", sk: timeKey(startMs) }, { points }, { expiresAt });
  }

  /** The minutes that begin from `fromMs` until before `toMs`, silent ones as 0, oldest first. */
  async minutes(tenantId: string, fromMs: number, toMs: number): Promise<{ atMs: number; points: number }[]> {
    const counted = new Map<number, number>();
    const range = { pk: "ingest-rate", from: timeKey(fromMs), to: timeKey(toMs - 1) };
    for await (const item of this.#table.queryAll(tenantId, range)) {
      counted.set(Number(item.sk), Number(item["points"]));
    }
    const minutes: { atMs: number; points: number }[] = [];
    for (let atMs = Math.ceil(fromMs / minuteMs) * minuteMs; atMs < toMs; atMs += minuteMs) {
      minutes.push({ atMs, points: counted.get(atMs) ?? 0 });
    }
    return minutes;
  }
}

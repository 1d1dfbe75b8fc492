import type { TenantTable } from "../platform/aws/tenant-table.ts";
import type { Series } from "./points.ts";
import { SeriesCountStore } from "./series-count-store.ts";
import { metricIdOf } from "./storage/series-ref.ts";

/** A series counts until its row is so old. The row is renewed each six hours: 18 to 24 hours after its last point. */
export const activeMs = 86_400_000;

/** Where the rows of a metric's series lie. */
export function seriesPartition(name: string): string {
  return `series#${metricIdOf(name)}`;
}

/** What is counted against a tenant's quota of series. */
export interface ActiveSeries {
  /** How many there are: one read. */
  count(tenantId: string): Promise<number>;
  /** The ids of those among the given ones that count already. */
  among(tenantId: string, series: readonly Series[], nowMs: number): Promise<Set<string>>;
}

export function openActiveSeries(table: TenantTable): ActiveSeries {
  const counts = new SeriesCountStore(table);
  return {
    count: (tenantId) => counts.read(tenantId),
    async among(tenantId, series, nowMs) {
      const keys = series.map(({ name, seriesId }) => ({ pk: seriesPartition(name), sk: seriesId }));
      const rows = await table.getMany(tenantId, keys);
      return new Set(rows.filter((row) => nowMs - Number(row["lastSeenMs"]) < activeMs).map(({ sk }) => sk));
    },
  };
}

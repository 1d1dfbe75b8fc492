import type { Page, TenantTable } from "../platform/aws/tenant-table.ts";
import type { MetricStoreEnv } from "./open-metric-store.ts";
import { retentionOf } from "./resolution.ts";
import type { MetricInfo } from "./schemas.ts";
import { type IndexedSeries, SeriesIndexStore } from "./series-index-store.ts";

/** Which metrics and series there are, from the index alone: no point is read. */
export interface SeriesCatalog {
  metrics(tenantId: string, limit: number, cursor?: string): Promise<Page<MetricInfo>>;
  /** One page of a metric's series; `lastSeenMs` is up to six hours older than the newest point. */
  series(tenantId: string, name: string, limit: number, cursor?: string): Promise<Page<IndexedSeries>>;
}

/** The index is the same whichever store keeps the points. */
export function openSeriesCatalog(env: MetricStoreEnv, table: TenantTable): SeriesCatalog {
  const index = new SeriesIndexStore(table, retentionOf(env.METRIC_RETENTION_DAYS).hourMs);
  return {
    metrics: (tenantId, limit, cursor) => index.metrics(tenantId, limit, cursor),
    series: (tenantId, name, limit, cursor) => index.page(tenantId, name, limit, cursor),
  };
}

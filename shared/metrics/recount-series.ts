import type { Ctx } from "../platform/context.ts";
import type { MetricStorage } from "./dynamo-metric-store.ts";

/**
 * Counts a tenant's series anew, at most once an hour. A series that was silent for a day counts no more, so who
 * stops sending a runaway label has room again 25 hours later at the latest.
 */
export async function recountSeries(
  { tenantId, nowMs }: Ctx,
  { index }: Pick<MetricStorage, "index">,
): Promise<void> {
  await index.recount(tenantId, nowMs);
}

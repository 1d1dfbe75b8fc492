import { compactTenant, recountSeries } from "../../shared/metrics/index.ts";
import { scheduleDoor, type Tick } from "../../shared/platform/lambda/schedule-door.ts";
import { type Services, services } from "./services.ts";

/**
 * Every tenant is compacted before any is counted, as counting a great many metrics may outlast the tick. One tenant's
 * trouble keeps no other waiting; the tick fails in the end, so that it is seen and tried again.
 */
export async function onTick(tick: Tick, { tenants, storage, log }: Services): Promise<void> {
  const failures: unknown[] = [];
  const tenantIds = await tenants.listTenantIds();
  for (const work of [compactTenant, recountSeries]) {
    for (const tenantId of tenantIds) {
      try {
        await work(tick.ctxFor(tenantId), storage);
      } catch (error) {
        log.error("a tenant's points were not seen to", { error, tenantId, work: work.name });
        failures.push(error);
      }
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, "Some tenants' points were not seen to.");
}

export const handler = scheduleDoor({ services, name: "metrics-compact", run: onTick });

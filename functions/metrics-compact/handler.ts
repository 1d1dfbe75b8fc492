import { compactTenant, recountSeries } from "../../shared/metrics/index.ts";
import { scheduleDoor, type Tick } from "../../shared/platform/lambda/schedule-door.ts";
import { type Services, services } from "./services.ts";

/** One tenant's trouble keeps no other waiting; the tick fails in the end, so that it is seen and tried again. */
export async function onTick(tick: Tick, { tenants, storage, log }: Services): Promise<void> {
  const failures: unknown[] = [];
  for (const tenantId of await tenants.listTenantIds()) {
    const ctx = tick.ctxFor(tenantId);
    for (const work of [recountSeries, compactTenant]) {
      try {
        await work(ctx, storage);
      } catch (error) {
        log.error("a tenant's points were not seen to", { error, tenantId, work: work.name });
        failures.push(error);
      }
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, "Some tenants' points were not seen to.");
}

export const handler = scheduleDoor({ services, name: "metrics-compact", run: onTick });

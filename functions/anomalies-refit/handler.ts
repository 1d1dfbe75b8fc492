import { endSilentAnomalies } from "../../shared/anomalies/end-silent.ts";
import { refitTenant } from "../../shared/anomalies/refit-tenant.ts";
import { scheduleDoor, type Tick } from "../../shared/platform/lambda/schedule-door.ts";
import { type Services, services } from "./services.ts";

/** One tenant after the other, as each may take all of the memory; afterwards what failed is thrown, so that the alarm tells. */
export async function onTick(tick: Tick, services: Services): Promise<void> {
  const failures: unknown[] = [];
  for (const tenantId of await services.tenants.listTenantIds()) {
    const ctx = tick.ctxFor(tenantId);
    for (const work of [endSilentAnomalies, refitTenant]) {
      try {
        await work(ctx, services);
      } catch (error) {
        services.log.error("tenant's detectors not seen to", { error, tenantId, work: work.name });
        failures.push(error);
      }
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, "Some tenants' detectors could not be seen to.");
}

export const handler = scheduleDoor({ services, name: "anomalies-refit", run: onTick });

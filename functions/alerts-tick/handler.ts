import { tickAlerts } from "../../shared/alerts/tick-alerts.ts";
import { eachInParallel } from "../../shared/platform/each-in-parallel.ts";
import { scheduleDoor, type Tick } from "../../shared/platform/lambda/schedule-door.ts";
import { type Services, services } from "./services.ts";

const tenantsAtOnce = 8;

/** Every tenant has its turn; afterwards what failed is thrown, so that the alarm tells. */
export async function onTick(tick: Tick, services: Services): Promise<void> {
  const failures: unknown[] = [];
  await eachInParallel(await services.tenants.listTenantIds(), tenantsAtOnce, async (tenantId) => {
    const onFailure = (ruleId: string, error: unknown) => {
      services.log.error("rule not judged by the clock", { error, tenantId, ruleId });
      failures.push(error);
    };
    try {
      await tickAlerts(tick.ctxFor(tenantId), tick.scheduledMs, { ...services, onFailure });
    } catch (error) {
      services.log.error("tenant not judged by the clock", { error, tenantId });
      failures.push(error);
    }
  });
  if (failures.length > 0) throw new AggregateError(failures, "Some rules could not be judged by the clock.");
}

export const handler = scheduleDoor({ services, name: "alerts-tick", run: onTick });

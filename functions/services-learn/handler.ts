import { eachInParallel } from "../../shared/platform/each-in-parallel.ts";
import { scheduleDoor, type Tick } from "../../shared/platform/lambda/schedule-door.ts";
import { learnServices } from "../../shared/services/index.ts";
import { type Services, services } from "./services.ts";

const tenantsAtOnce = 4;

/** Every tenant has its turn; afterwards what failed is thrown, so that the alarm tells. */
export async function onTick(tick: Tick, { tenants, log, ...deps }: Services): Promise<void> {
  const failures: unknown[] = [];
  await eachInParallel(await tenants.listTenantIds(), tenantsAtOnce, async (tenantId) => {
    try {
      await learnServices(tick.ctxFor(tenantId), deps);
    } catch (error) {
      log.error("a tenant's services were not learned", { error, tenantId });
      failures.push(error);
    }
  });
  if (failures.length > 0) {
    throw new AggregateError(failures, `The services of ${failures.length} tenants were not learned.`);
  }
}

export const handler = scheduleDoor({ services, name: "services-learn", run: onTick });

import { type AuditedEvent, actOfEvent, auditedTypes } from "../../shared/audit/index.ts";
import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { type Services, services } from "./services.ts";

type ActDelivery = Delivery<(typeof auditedTypes)[number]>;

/** What arrived together is chained together, one tenant at a time; a tenant that fails fails alone. */
export async function onActs(deliveries: ActDelivery[], services: Services): Promise<ActDelivery[]> {
  const tenants = Object.entries(Object.groupBy(deliveries, (delivery) => delivery.ctx.tenantId));
  const failed = await Promise.all(
    tenants.map(async ([tenantId, own = []]) => {
      try {
        const arrived = own.flatMap(({ ctx, event }) => {
          const act = actOfEvent(event as AuditedEvent);
          return act ? [{ act, nowMs: ctx.nowMs }] : [];
        });
        if (arrived.length > 0) await services.append(tenantId, arrived);
        return [];
      } catch (error) {
        services.log.error("acts could not be put on record", { error, tenantId, acts: own.length });
        return own;
      }
    }),
  );
  return failed.flat();
}

export const handler = queueDoor({ services, name: "audit-append", types: auditedTypes, batch: onActs });

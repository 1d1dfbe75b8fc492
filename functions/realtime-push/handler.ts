import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { type Services, services } from "./services.ts";

const types = [
  "alert.fired.v1",
  "alert.severity-changed.v1",
  "alert.resolved.v1",
  "incident.opened.v1",
  "incident.updated.v1",
  "incident.state-changed.v1",
  "anomaly.detected.v1",
  "anomaly.ended.v1",
] as const;
type LiveDelivery = Delivery<(typeof types)[number]>;

/** What arrived together goes out together, one tenant at a time; a tenant that fails fails alone. */
export async function onEvents(deliveries: LiveDelivery[], services: Services): Promise<LiveDelivery[]> {
  const tenants = Object.entries(Object.groupBy(deliveries, (delivery) => delivery.ctx.tenantId));
  const failed = await Promise.all(
    tenants.map(([tenantId, own = []]) => pushTenant(tenantId, own, services)),
  );
  return failed.flat();
}

async function pushTenant(
  tenantId: string,
  own: LiveDelivery[],
  services: Services,
): Promise<LiveDelivery[]> {
  try {
    await services.push(
      tenantId,
      own.map(({ ctx, event }) => ({ nowMs: ctx.nowMs, event })),
    );
    return [];
  } catch (error) {
    services.log.error("events could not be pushed", { error, events: own.length });
    return own;
  }
}

export const handler = queueDoor({ services, name: "realtime-push", types, batch: onEvents });

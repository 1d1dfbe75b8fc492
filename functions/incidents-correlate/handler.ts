import { alertEventTypes, toSignal } from "../../shared/incidents/alert-signal.ts";
import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { type Services, services } from "./services.ts";

type AlertDelivery = Delivery<(typeof alertEventTypes)[number]>;

/** What arrived together is brought in together, one tenant at a time; a tenant that fails fails alone. */
export async function onAlerts(deliveries: AlertDelivery[], services: Services): Promise<AlertDelivery[]> {
  const tenants = Object.values(Object.groupBy(deliveries, (delivery) => delivery.ctx.tenantId));
  const failed = await Promise.all(tenants.map((own = []) => correlateTenant(own, services)));
  return failed.flat();
}

async function correlateTenant(own: AlertDelivery[], services: Services): Promise<AlertDelivery[]> {
  const [first] = own;
  if (!first) return [];
  try {
    const signals = own.map(({ ctx, event }) => ({ ctx, signal: toSignal(event) }));
    await services.bringIn(first.ctx.tenantId, signals);
    return [];
  } catch (error) {
    services.log.error("alerts could not be correlated", {
      error,
      traceId: first.ctx.traceId,
      alerts: own.length,
    });
    return own;
  }
}

export const handler = queueDoor({
  services,
  name: "incidents-correlate",
  types: alertEventTypes,
  batch: onAlerts,
});

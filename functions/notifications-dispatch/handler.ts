import { dispatchIncident, occasionOf } from "../../shared/notifications/index.ts";
import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { type Services, services } from "./services.ts";

const types = ["incident.opened.v1", "incident.updated.v1", "incident.state-changed.v1"] as const;
type IncidentDelivery = Delivery<(typeof types)[number]>;

/** Incidents go side by side, the events of one in the order of its versions. */
export async function onIncidentEvents(
  deliveries: IncidentDelivery[],
  services: Services,
): Promise<IncidentDelivery[]> {
  const byIncident = Map.groupBy(deliveries, ({ event }) => `${event.tenantId} ${event.data.incidentId}`);
  const failed = await Promise.all(
    [...byIncident.values()].map(async (ofOne) => {
      const ordered = ofOne.toSorted((a, b) => a.event.data.version - b.event.data.version);
      const failedOfOne: IncidentDelivery[] = [];
      for (const delivery of ordered) {
        if (!(await isDispatched(delivery, services))) failedOfOne.push(delivery);
      }
      return failedOfOne;
    }),
  );
  return failed.flat();
}

/** False where the queue is to bring it again. */
async function isDispatched({ event, ctx, record }: IncidentDelivery, services: Services): Promise<boolean> {
  const occasion = occasionOf(event);
  if (!occasion) return true;
  const receiveCount = Number(record.attributes.ApproximateReceiveCount);
  try {
    const outcome = await dispatchIncident(ctx, { occasion, receiveCount }, services);
    return outcome.kind !== "too-early";
  } catch (error) {
    services.log.error("an incident could not be dispatched", { error, eventId: event.id });
    return false;
  }
}

export const handler = queueDoor({
  services,
  name: "notifications-dispatch",
  types,
  batch: onIncidentEvents,
});

import { type Received, storeReceived } from "../../shared/metrics/store-received.ts";
import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { type Services, services } from "./services.ts";

type MetricsDelivery = Delivery<"metrics.received.v1">;

export async function onMetricsReceived(
  deliveries: MetricsDelivery[],
  services: Services,
): Promise<MetricsDelivery[]> {
  const received = deliveries.map((delivery): Received & { delivery: MetricsDelivery } => ({
    tenantId: delivery.ctx.tenantId,
    batch: delivery.event.data,
    delivery,
  }));
  const failed = await storeReceived(received, services);
  return failed.map(({ delivery }) => delivery);
}

export const handler = queueDoor({
  services,
  name: "metrics-write",
  types: ["metrics.received.v1"],
  batch: onMetricsReceived,
});

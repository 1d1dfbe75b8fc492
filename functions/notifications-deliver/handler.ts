import { deliverNotification } from "../../shared/notifications/index.ts";
import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { type Services, services } from "./services.ts";

/** One step of one delivery; what is not finished goes back into the queue until its time. */
export async function onRequested(
  { event, ctx, record }: Delivery<"notification.requested.v1">,
  services: Services,
): Promise<void> {
  const outcome = await deliverNotification(ctx, event.data.deliveryId, services);
  if (outcome.kind === "later") await services.sendAgain(record.body, outcome.atMs - services.nowMs());
}

export const handler = queueDoor({
  services,
  name: "notifications-deliver",
  types: ["notification.requested.v1"],
  each: onRequested,
});

import { evaluateAlerts } from "../../shared/alerts/evaluate-alerts.ts";
import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { type Services, services } from "./services.ts";

type Batch = Delivery<"metrics.received.v1">;

/** Tenants side by side; within one, batches in the order of their points, as they build on one another. */
export async function onBatches(deliveries: Batch[], services: Services): Promise<Batch[]> {
  const failed: Batch[] = [];
  const byTenant = Map.groupBy(deliveries, ({ ctx }) => ctx.tenantId);
  await Promise.all([...byTenant.values()].map((batches) => evaluateInOrder(batches, services, failed)));
  return failed;
}

async function evaluateInOrder(batches: Batch[], services: Services, failed: Batch[]): Promise<void> {
  for (const batch of batches.toSorted((a, b) => a.event.data.toMs - b.event.data.toMs)) {
    try {
      await evaluateAlerts(batch.ctx, batch.event.data, services);
    } catch (error) {
      failed.push(batch);
      services.log.error("batch not evaluated", { error, batchId: batch.event.data.batchId });
    }
  }
}

export const options = {
  services,
  name: "alerts-evaluate",
  types: ["metrics.received.v1"] as const,
  batch: onBatches,
};

export const handler = queueDoor<Services, "metrics.received.v1">(options);

import { evaluateAlerts } from "../../shared/alerts/evaluate-alerts.ts";
import { judgeAnomaly } from "../../shared/alerts/judge-anomaly.ts";
import { eachInParallel } from "../../shared/platform/each-in-parallel.ts";
import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { type Services, services } from "./services.ts";

type Batch = Delivery<"metrics.received.v1">;
type Told = Delivery<"anomaly.detected.v1" | "anomaly.ended.v1">;

const anomaliesAtOnce = 8;

/** Points and anomalies side by side: neither waits for the other. */
export async function onEvents(deliveries: (Batch | Told)[], services: Services): Promise<(Batch | Told)[]> {
  const batches = deliveries.filter(
    (delivery): delivery is Batch => delivery.event.type === "metrics.received.v1",
  );
  const told = deliveries.filter(
    (delivery): delivery is Told => delivery.event.type !== "metrics.received.v1",
  );
  const [failedBatches, failedTold] = await Promise.all([
    onBatches(batches, services),
    onAnomalies(told, services),
  ]);
  return [...failedBatches, ...failedTold];
}

async function onAnomalies(told: Told[], services: Services): Promise<Told[]> {
  const failed: Told[] = [];
  await eachInParallel(told, anomaliesAtOnce, async (delivery) => {
    try {
      await judgeAnomaly(delivery.ctx, delivery.event.data, services);
    } catch (error) {
      failed.push(delivery);
      services.log.error("anomaly not judged", { error, anomalyId: delivery.event.data.anomalyId });
    }
  });
  return failed;
}

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
  types: ["metrics.received.v1", "anomaly.detected.v1", "anomaly.ended.v1"] as const,
  batch: onEvents,
};

export const handler = queueDoor<Services, (typeof options.types)[number]>(options);

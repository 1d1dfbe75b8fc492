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

/** Tenants side by side; within one, batches together, as they build on one another. */
export async function onBatches(deliveries: Batch[], services: Services): Promise<Batch[]> {
  const failed: Batch[] = [];
  const fail = (delivery: Batch, error: unknown) => {
    failed.push(delivery);
    services.log.error("batch not evaluated", { error, batchId: delivery.event.data.batchId });
  };
  const byTenant = Map.groupBy(deliveries, ({ ctx }) => ctx.tenantId);
  await Promise.all(
    [...byTenant.values()].map(async (own) => {
      const arrived = new Map(own.map((one) => [{ ctx: one.ctx, batch: one.event.data }, one]));
      try {
        const unjudged = await evaluateAlerts([...arrived.keys()], services);
        for (const [batch, error] of unjudged) fail(arrived.get(batch) as Batch, error);
      } catch (error) {
        for (const delivery of own) fail(delivery, error);
      }
    }),
  );
  return failed;
}

export const options = {
  services,
  name: "alerts-evaluate",
  types: ["metrics.received.v1", "anomaly.detected.v1", "anomaly.ended.v1"] as const,
  batch: onEvents,
};

export const handler = queueDoor<Services, (typeof options.types)[number]>(options);

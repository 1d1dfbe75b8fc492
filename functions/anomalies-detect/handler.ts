import { readSamples } from "../../shared/anomalies/detect-anomalies.ts";
import { keepTriage } from "../../shared/anomalies/keep-triage.ts";
import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { type Services, services } from "./services.ts";

const types = ["metrics.received.v1", "anomaly.triaged.v1"] as const;
type Told = Delivery<(typeof types)[number]>;
type Batch = Delivery<"metrics.received.v1">;
type Guess = Delivery<"anomaly.triaged.v1">;

export async function onTold(deliveries: Told[], services: Services): Promise<Told[]> {
  const batches = deliveries.filter((one): one is Batch => one.event.type === "metrics.received.v1");
  const guesses = deliveries.filter((one): one is Guess => one.event.type === "anomaly.triaged.v1");
  const failed = await Promise.all([onBatches(batches, services), onGuesses(guesses, services)]);
  return failed.flat();
}

async function onGuesses(deliveries: Guess[], services: Services): Promise<Guess[]> {
  const failed: Guess[] = [];
  for (const delivery of deliveries) {
    try {
      await keepTriage(delivery.ctx, delivery.event.data, services);
    } catch (error) {
      failed.push(delivery);
      const { anomalyId } = delivery.event.data;
      services.log.error("a model's guess could not be noted", { error, anomalyId });
    }
  }
  return failed;
}

/** A tenant's batches together: most bring no new minute, and those that do share the saves. */
async function onBatches(deliveries: Batch[], services: Services): Promise<Batch[]> {
  const failed: Batch[] = [];
  const byTenant = Map.groupBy(deliveries, ({ ctx }) => ctx.tenantId);
  await Promise.all(
    [...byTenant].map(async ([tenantId, batches]) => {
      const readable = batches.flatMap((batch) => {
        try {
          return [{ batch, arrived: { ctx: batch.ctx, sampled: readSamples(batch.event.data) } }];
        } catch (error) {
          failed.push(batch);
          services.log.error("a batch cannot be read", { error, batchId: batch.event.data.batchId });
          return [];
        }
      });
      try {
        await services.detect(
          tenantId,
          readable.map(({ arrived }) => arrived),
        );
      } catch (error) {
        failed.push(...readable.map(({ batch }) => batch));
        services.log.error("samples not shown to their detectors", { error, tenantId });
      }
    }),
  );
  return failed;
}

export const options = {
  services,
  name: "anomalies-detect",
  types,
  batch: onTold,
};

export const handler = queueDoor<Services, (typeof types)[number]>(options);

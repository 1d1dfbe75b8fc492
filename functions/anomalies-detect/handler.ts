import { readSamples } from "../../shared/anomalies/detect-anomalies.ts";
import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { type Services, services } from "./services.ts";

type Batch = Delivery<"metrics.received.v1">;

/** A tenant's batches together: most bring no new minute, and those that do share the saves. */
export async function onBatches(deliveries: Batch[], services: Services): Promise<Batch[]> {
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
  types: ["metrics.received.v1"] as const,
  batch: onBatches,
};

export const handler = queueDoor<Services, "metrics.received.v1">(options);

import type { MetricsReceivedV1 } from "../../events/metrics.ts";
import type { Log } from "../platform/log.ts";
import type { IngestRateStore } from "./ingest-rate-store.ts";
import type { MetricStore } from "./metric-store.ts";
import { decodePoints } from "./points-codec.ts";

export interface Received {
  tenantId: string;
  batch: MetricsReceivedV1;
}
export interface StoreReceivedDeps {
  store: MetricStore;
  rates: IngestRateStore;
  log: Log;
  now: () => number;
}
type StoreInput = Parameters<MetricStore["write"]>[1][number];

/**
 * Stores what arrived together, a tenant's batches in one write. Returns those that are not stored, for the queue
 * to bring again: a batch that cannot be read, or all of a tenant's when the store could not be reached.
 * Everything else is durable, and may be stored again without harm.
 */
export async function storeReceived<T extends Received>(
  received: readonly T[],
  deps: StoreReceivedDeps,
): Promise<T[]> {
  const failed: T[] = [];
  const byTenant = new Map<string, { one: T; input: StoreInput }[]>();
  for (const one of received) {
    const { tenantId, batch } = one;
    try {
      const points = decodePoints(Buffer.from(batch.packed.base64, "base64"));
      const own = byTenant.get(tenantId) ?? [];
      byTenant.set(tenantId, own);
      own.push({ one, input: { batchId: batch.batchId, receivedAtMs: batch.receivedAtMs, points } });
    } catch (error) {
      deps.log.error("a batch cannot be read", { error, tenantId, batchId: batch.batchId });
      failed.push(one);
    }
  }
  await Promise.all(
    [...byTenant].map(async ([tenantId, own]) => failed.push(...(await storeTogether(tenantId, own, deps)))),
  );
  return failed;
}

async function storeTogether<T>(
  tenantId: string,
  own: readonly { one: T; input: StoreInput }[],
  deps: StoreReceivedDeps,
): Promise<T[]> {
  try {
    await deps.store.write(
      tenantId,
      own.map(({ input }) => input),
    );
    await count(tenantId, own, deps);
    return [];
  } catch (error) {
    const batchIds = own.map(({ input }) => input.batchId);
    deps.log.error("batches could not be stored", { error, tenantId, batchIds });
    if (own.length === 1 || !isTheirFault(error)) return own.map(({ one }) => one);
  }
  const failed: T[] = [];
  for (const each of own) failed.push(...(await storeTogether(tenantId, [each], deps)));
  return failed;
}

/** An outage passes and tells nothing of the batches; an item the database will not have is in one of them. */
function isTheirFault(error: unknown): boolean {
  return (
    error instanceof TypeError ||
    error instanceof RangeError ||
    (error instanceof Error && error.name === "ValidationException")
  );
}

/** The points are durable by now; a count that is lost is worth a line, not a second delivery. */
async function count(
  tenantId: string,
  own: readonly { input: StoreInput }[],
  { rates, log, now }: StoreReceivedDeps,
): Promise<void> {
  const points = own.reduce((sum, { input }) => sum + input.points.values.length, 0);
  try {
    await rates.add(tenantId, points, now());
  } catch (error) {
    log.warn("stored points were not counted", { error, tenantId, points });
  }
}

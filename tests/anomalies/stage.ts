import type { EventType } from "../../events/catalog.ts";
import type { Envelope } from "../../events/envelope.ts";
import { makeAnomalyStore } from "../../shared/anomalies/anomaly-store.ts";
import { makeBlockCache } from "../../shared/anomalies/block-cache.ts";
import { makeBlockStore } from "../../shared/anomalies/block-store.ts";
import { type DetectDeps, detectAnomalies, readSamples } from "../../shared/anomalies/detect-anomalies.ts";
import { makeDirectoryStore } from "../../shared/anomalies/directory-store.ts";
import { vectorBlockId } from "../../shared/anomalies/watched-service.ts";
import type { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { newId } from "../../shared/platform/ids.ts";
import { aReceived, type Sample } from "../alerts/builders.ts";
import { startTestTable } from "../support/table.ts";

export const minuteMs = 60_000;
/** Midnight of a Monday. */
export const startMs = Date.UTC(2026, 4, 4);

/** A table with the anomalies' stores on it; workers are processes with memories of their own. */
export async function startStage() {
  const { table, dump, stop } = await startTestTable(() => startMs);
  return { table, dump, stop, tenant: () => tenantOn(table) };
}
export type Stage = Awaited<ReturnType<typeof startStage>>;

function tenantOn(table: TenantTable) {
  const tenantId = newId("tenant");
  const published: Envelope[] = [];
  const ctx: Ctx = {
    tenantId,
    actor: { kind: "system", id: "anomalies-detect" },
    traceId: "trace",
    causationId: null,
    nowMs: startMs,
  };
  const worker = (overrides: Partial<DetectDeps> = {}): DetectDeps => ({
    anomalies: makeAnomalyStore(table),
    blocks: makeBlockStore(table),
    directory: makeDirectoryStore(table),
    cache: makeBlockCache(),
    publish: async (events) => {
      published.push(...events);
    },
    permitOf: async () => ({ mode: "paging", reason: "Its class has passed.", detectorVersion: "metric.1" }),
    opinionOf: async () => null,
    ...overrides,
  });
  return {
    tenantId,
    ctx,
    published,
    worker,
    vectorId: vectorBlockId,
    anomalies: makeAnomalyStore(table),
    feed: (samples: readonly Sample[], deps: DetectDeps) =>
      detectAnomalies(ctx, readSamples(aReceived(samples)), deps),
    events: (type: EventType) => published.filter((event) => event.type === type),
  };
}

import { z } from "zod";
import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { type MetricStorage, makeDynamoMetricStore, makeMetricStorage } from "./dynamo-metric-store.ts";
import type { MetricStore } from "./metric-store.ts";
import { retentionOf } from "./resolution.ts";
import { openTimestreamMetricStore } from "./timestream-metric-store.ts";

/** The settings of every function that opens the store: which implementation, and how long points are kept. */
export const MetricStoreEnv = z.object({
  METRIC_STORE: z.enum(["dynamodb", "timestream"]).default("dynamodb"),
  METRIC_RETENTION_DAYS: z.coerce.number().int().min(1).default(400),
});
export type MetricStoreEnv = z.infer<typeof MetricStoreEnv>;

/** The parts of the DynamoDB store as this installation keeps them. */
export function openMetricStorage(env: MetricStoreEnv, table: TenantTable): MetricStorage {
  return makeMetricStorage(table, { retention: retentionOf(env.METRIC_RETENTION_DAYS) });
}

/** The store of this installation. */
export function openMetricStore(env: MetricStoreEnv, table: TenantTable): MetricStore {
  return env.METRIC_STORE === "dynamodb"
    ? makeDynamoMetricStore(openMetricStorage(env, table))
    : openTimestreamMetricStore(table, retentionOf(env.METRIC_RETENTION_DAYS));
}

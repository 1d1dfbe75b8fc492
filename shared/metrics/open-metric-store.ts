import { z } from "zod";
import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { type MetricStorage, makeDynamoMetricStore, makeMetricStorage } from "./dynamo-metric-store.ts";
import type { MetricStore } from "./metric-store.ts";
import { retentionOf } from "./resolution.ts";

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

/** The store of this installation. Timestream's clients are loaded by the first call, and only where it is used. */
export function openMetricStore(env: MetricStoreEnv, table: TenantTable): MetricStore {
  if (env.METRIC_STORE === "dynamodb") return makeDynamoMetricStore(openMetricStorage(env, table));
  const retention = retentionOf(env.METRIC_RETENTION_DAYS);
  let opened: Promise<MetricStore> | undefined;
  const open = () => {
    opened ??= import("./timestream-metric-store.ts").then(({ openTimestreamMetricStore }) =>
      openTimestreamMetricStore(table, retention),
    );
    return opened;
  };
  return {
    write: async (...args) => (await open()).write(...args),
    readPoints: async (...args) => (await open()).readPoints(...args),
    query: async (...args) => (await open()).query(...args),
    listMetrics: async (...args) => (await open()).listMetrics(...args),
    listSeries: async (...args) => (await open()).listSeries(...args),
  };
}

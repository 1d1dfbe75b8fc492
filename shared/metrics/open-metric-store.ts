import { z } from "zod";
import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { makeDynamoMetricStore, makeMetricStorage } from "./dynamo-metric-store.ts";
import type { MetricStore } from "./metric-store.ts";

/** Which implementation an installation keeps its points in; the setting METRIC_STORE of every function that asks. */
export const MetricStoreKind = z.enum(["dynamodb", "timestream"]).default("dynamodb");
export type MetricStoreKind = z.infer<typeof MetricStoreKind>;

/** The store of this installation. Timestream's clients are loaded by the first call, and only where it is used. */
export function openMetricStore(kind: MetricStoreKind, table: TenantTable): MetricStore {
  if (kind === "dynamodb") return makeDynamoMetricStore(makeMetricStorage(table));
  let opened: Promise<MetricStore> | undefined;
  const open = () => {
    opened ??= import("./timestream-metric-store.ts").then(({ openTimestreamMetricStore }) =>
      openTimestreamMetricStore(table),
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

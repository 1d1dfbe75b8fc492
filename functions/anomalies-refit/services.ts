import { z } from "zod";
import { makeAnomalyStore } from "../../shared/anomalies/anomaly-store.ts";
import { makeBlockStore } from "../../shared/anomalies/block-store.ts";
import { makeDetectorStore } from "../../shared/anomalies/detector-store.ts";
import { makeDirectoryStore } from "../../shared/anomalies/directory-store.ts";
import { makeForestStore } from "../../shared/anomalies/forest-store.ts";
import { makeSyntheticCorpora } from "../../shared/anomalies/gate.ts";
import { MetricStoreEnv, openMetricStore } from "../../shared/metrics/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeTenantStore } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_ANOMALIES: z.string(),
  TABLE_METRICS: z.string(),
  ...MetricStoreEnv.shape,
  TABLE_TENANCY: z.string(),
  MODELS_BUCKET: z.string(),
  BUS_NAME: z.string(),
});

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const client = makeTableClient();
  const log = makeLog({ function: "anomalies-refit" });
  const table = new TenantTable(client, env.TABLE_ANOMALIES);
  const publish = makePublish(makeEventBridgeClient(), env.BUS_NAME);
  return {
    log,
    tenants: makeTenantStore(new TenantTable(client, env.TABLE_TENANCY)),
    anomalies: makeAnomalyStore(table),
    blocks: makeBlockStore(table),
    directory: makeDirectoryStore(table),
    detectors: makeDetectorStore(table.telling({ publish, log })),
    forests: makeForestStore(env.MODELS_BUCKET),
    synthetic: makeSyntheticCorpora(),
    metrics: openMetricStore(env, new TenantTable(client, env.TABLE_METRICS)),
    publish,
  };
});
export type Services = ReturnType<typeof services>;

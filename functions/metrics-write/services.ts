import { z } from "zod";
import { IngestRateStore } from "../../shared/metrics/ingest-rate-store.ts";
import { MetricStoreEnv, openMetricStore } from "../../shared/metrics/open-metric-store.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { nowMs } from "../../shared/platform/clock.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";

const Env = z.object({ TABLE_METRICS: z.string(), ...MetricStoreEnv.shape });

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const table = new TenantTable(makeTableClient(), env.TABLE_METRICS);
  return {
    log: makeLog({ function: "metrics-write" }),
    store: openMetricStore(env, table),
    rates: new IngestRateStore(table),
    now: nowMs,
  };
});
export type Services = ReturnType<typeof services>;

import { z } from "zod";
import { LimitsEnv, requestServices } from "../../shared/limits/index.ts";
import { IngestRateStore } from "../../shared/metrics/ingest-rate-store.ts";
import { MetricStoreEnv, openMetricStore } from "../../shared/metrics/open-metric-store.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_METRICS: z.string(),
  TABLE_TENANCY: z.string(),
  ...LimitsEnv.shape,
  ...MetricStoreEnv.shape,
});

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const log = makeLog({ function: "metrics-api" });
  const client = makeTableClient();
  const table = new TenantTable(client, env.TABLE_METRICS);
  return {
    log,
    authenticate: makeAuthenticate({ table: new TenantTable(client, env.TABLE_TENANCY) }),
    ...requestServices(new TenantTable(client, env.TABLE_REQUESTS), env.LIMITS, log),
    store: openMetricStore(env, table),
    rates: new IngestRateStore(table),
  };
});
export type Services = ReturnType<typeof services>;

import { z } from "zod";
import { MetricStoreEnv, openMetricStorage } from "../../shared/metrics/index.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeTenantStore } from "../../shared/tenancy/index.ts";

const Env = z.object({ TABLE_METRICS: z.string(), TABLE_TENANCY: z.string(), ...MetricStoreEnv.shape });

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const client = makeTableClient();
  return {
    log: makeLog({ function: "metrics-compact" }),
    storage: openMetricStorage(env, new TenantTable(client, env.TABLE_METRICS)),
    tenants: makeTenantStore(new TenantTable(client, env.TABLE_TENANCY)),
  };
});
export type Services = ReturnType<typeof services>;

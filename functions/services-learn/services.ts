import { z } from "zod";
import { MetricStoreEnv, openSeriesCatalog } from "../../shared/metrics/index.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeServiceStore } from "../../shared/services/index.ts";
import { makeTenantStore } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_TENANCY: z.string(),
  TABLE_METRICS: z.string(),
  ...MetricStoreEnv.shape,
  TABLE_SERVICES: z.string(),
});

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const client = makeTableClient();
  return {
    log: makeLog({ function: "services-learn" }),
    tenants: makeTenantStore(new TenantTable(client, env.TABLE_TENANCY)),
    index: openSeriesCatalog(env, new TenantTable(client, env.TABLE_METRICS)),
    services: makeServiceStore(new TenantTable(client, env.TABLE_SERVICES)),
  };
});
export type Services = ReturnType<typeof services>;

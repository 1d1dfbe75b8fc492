import { z } from "zod";
import { makeSeriesQuota, SeriesCache } from "../../shared/ingest/index.ts";
import { LimitsEnv, quotaOf, readLimits, requestServices } from "../../shared/limits/index.ts";
import { openActiveSeries } from "../../shared/metrics/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate, makeRedactionSalt } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_TENANCY: z.string(),
  ...LimitsEnv.shape,
  TABLE_METRICS: z.string(),
  BUS_NAME: z.string(),
});

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const log = makeLog({ function: "ingest-api" });
  const client = makeTableClient();
  const tenancy = new TenantTable(client, env.TABLE_TENANCY);
  return {
    log,
    authenticate: makeAuthenticate({ table: tenancy }),
    redactionSalt: makeRedactionSalt({ table: tenancy }),
    ...requestServices(new TenantTable(client, env.TABLE_REQUESTS), env.LIMITS, log),
    publish: makePublish(makeEventBridgeClient(), env.BUS_NAME),
    seriesCache: new SeriesCache(),
    overQuota: makeSeriesQuota({
      active: openActiveSeries(new TenantTable(client, env.TABLE_METRICS)),
      limit: quotaOf(readLimits(env.LIMITS), "series"),
      log,
    }),
  };
});
export type Services = ReturnType<typeof services>;

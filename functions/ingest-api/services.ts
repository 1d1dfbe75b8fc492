import { z } from "zod";
import { SeriesCache } from "../../shared/ingest/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate, makeRedactionSalt } from "../../shared/tenancy/index.ts";

const Env = z.object({ TABLE_TENANCY: z.string(), BUS_NAME: z.string() });

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const table = new TenantTable(makeTableClient(), env.TABLE_TENANCY);
  return {
    log: makeLog({ function: "ingest-api" }),
    authenticate: makeAuthenticate({ table }),
    redactionSalt: makeRedactionSalt({ table }),
    publish: makePublish(makeEventBridgeClient(), env.BUS_NAME),
    seriesCache: new SeriesCache(),
  };
});
export type Services = ReturnType<typeof services>;

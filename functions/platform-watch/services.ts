import { z } from "zod";
import { CloudWatchStore, makeCloudWatchClient } from "../../shared/health/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeRedactionSalt, makeTenantStore } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_TENANCY: z.string(),
  BUS_NAME: z.string(),
  INSTALLATION: z.string(),
  PUTTING_OFF: z.string().transform((names) => names.split(",")),
});

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const table = new TenantTable(makeTableClient(), env.TABLE_TENANCY);
  return {
    log: makeLog({ function: "platform-watch" }),
    tenants: makeTenantStore(table),
    redactionSalt: makeRedactionSalt({ table }),
    cloudWatch: new CloudWatchStore(makeCloudWatchClient(), env.INSTALLATION, env.PUTTING_OFF),
    publish: makePublish(makeEventBridgeClient(), env.BUS_NAME),
  };
});
export type Services = ReturnType<typeof services>;

import { z } from "zod";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate, makeTenantStore } from "../../shared/tenancy/index.ts";

const Env = z.object({ TABLE_TENANCY: z.string() });

export const services = onColdStart(() => {
  const table = new TenantTable(makeTableClient(), readEnv(Env).TABLE_TENANCY);
  return {
    log: makeLog({ function: "platform-health" }),
    authenticate: makeAuthenticate({ table }),
    tenants: makeTenantStore(table),
  };
});
export type Services = ReturnType<typeof services>;

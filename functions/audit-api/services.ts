import { z } from "zod";
import { makeChainStore } from "../../shared/audit/index.ts";
import { LimitsEnv, requestServices } from "../../shared/limits/index.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate } from "../../shared/tenancy/index.ts";

const Env = z.object({ TABLE_TENANCY: z.string(), ...LimitsEnv.shape, TABLE_AUDIT: z.string() });

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const log = makeLog({ function: "audit-api" });
  const client = makeTableClient();
  return {
    log,
    authenticate: makeAuthenticate({ table: new TenantTable(client, env.TABLE_TENANCY) }),
    ...requestServices(new TenantTable(client, env.TABLE_REQUESTS), env.LIMITS, log),
    chain: makeChainStore(new TenantTable(client, env.TABLE_AUDIT)),
  };
});
export type Services = ReturnType<typeof services>;

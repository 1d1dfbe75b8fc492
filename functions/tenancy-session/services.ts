import { z } from "zod";
import { LimitsEnv, requestServices } from "../../shared/limits/index.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate, makeSessionStore, makeTenantStore } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_TENANCY: z.string(),
  ...LimitsEnv.shape,
  /** Where the WebSocket is; empty = `/ws` on the host that was asked. */
  REALTIME_URL: z.string().default(""),
  /** "1" on the laptop. */
  LOCAL: z.string().default(""),
});

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const log = makeLog({ function: "tenancy-session" });
  const client = makeTableClient();
  const table = new TenantTable(client, env.TABLE_TENANCY);
  return {
    log,
    authenticate: makeAuthenticate({ table }),
    ...requestServices(new TenantTable(client, env.TABLE_REQUESTS), env.LIMITS, log),
    tenants: makeTenantStore(table),
    sessions: makeSessionStore(table),
    realtimeUrl: env.REALTIME_URL,
    local: env.LOCAL === "1",
  };
});
export type Services = ReturnType<typeof services>;

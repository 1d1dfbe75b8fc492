import { z } from "zod";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate, makeSessionStore, makeTenantStore } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_TENANCY: z.string(),
  /** Where the WebSocket is; empty = `/ws` on the host that was asked. */
  REALTIME_URL: z.string().default(""),
  /** "1" on the laptop. */
  LOCAL: z.string().default(""),
});

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const table = new TenantTable(makeTableClient(), env.TABLE_TENANCY);
  return {
    log: makeLog({ function: "tenancy-session" }),
    authenticate: makeAuthenticate({ table }),
    tenants: makeTenantStore(table),
    sessions: makeSessionStore(table),
    realtimeUrl: env.REALTIME_URL,
    local: env.LOCAL === "1",
  };
});
export type Services = ReturnType<typeof services>;

import { z } from "zod";
import { LimitsEnv, requestServices } from "../../shared/limits/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate } from "../../shared/tenancy/index.ts";
import { makeTenancyStores } from "../../shared/tenancy/stores.ts";

const Env = z.object({
  TABLE_TENANCY: z.string(),
  ...LimitsEnv.shape,
  BUS_NAME: z.string(),
  DASHBOARD_URL: z.string(),
  /** Empty where people sign in at another provider, which gives accounts itself. */
  USER_POOL_ID: z.string().default(""),
});

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const client = makeTableClient();
  const log = makeLog({ function: "tenancy-people" });
  const publish = makePublish(makeEventBridgeClient(), env.BUS_NAME);
  const table = new TenantTable(client, env.TABLE_TENANCY).telling({ publish, log });
  return {
    log,
    authenticate: makeAuthenticate({ table, authorityKeptMs: 0 }),
    ...requestServices(new TenantTable(client, env.TABLE_REQUESTS), env.LIMITS, log),
    ...makeTenancyStores(table),
    publish,
    dashboardUrl: env.DASHBOARD_URL,
    openAccount: (email: string) => mailAccount(env.USER_POOL_ID, email),
  };
});
export type Services = ReturnType<typeof services>;

/** The client is loaded for who invites, and for nobody else. */
async function mailAccount(userPoolId: string, email: string): Promise<boolean> {
  if (userPoolId === "") return false;
  const { openAccount } = await import("../../shared/tenancy/account-store.ts");
  return openAccount(userPoolId, email);
}

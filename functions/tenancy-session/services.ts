import { z } from "zod";
import { LimitsEnv, requestServices } from "../../shared/limits/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate } from "../../shared/tenancy/index.ts";
import { makeSignIn, type SignInSettings } from "../../shared/tenancy/sign-in/sign-in.ts";
import { makeTenancyStores } from "../../shared/tenancy/stores.ts";

const Env = z.object({
  TABLE_TENANCY: z.string(),
  ...LimitsEnv.shape,
  BUS_NAME: z.string(),
  /** Where the dashboard is served, without a slash at the end. */
  DASHBOARD_URL: z.string(),
  /** Where the WebSocket is; empty = `/ws` on the host that was asked. */
  REALTIME_URL: z.string().default(""),
  /** "1" on the laptop. */
  LOCAL: z.string().default(""),
  /** Empty = nobody can sign in but by a link. */
  OIDC_ISSUER: z.string().default(""),
  OIDC_CLIENT_ID: z.string().default(""),
  /** Empty = a public client, with PKCE alone. */
  OIDC_SECRET_ARN: z.string().default(""),
  OIDC_SCOPE: z.string().default("openid email profile"),
  /** "1": the issuer's people are the installation's own, so their addresses need no further word. */
  OIDC_TRUSTS_EMAIL: z.string().default(""),
});

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const client = makeTableClient();
  const log = makeLog({ function: "tenancy-session" });
  const publish = makePublish(makeEventBridgeClient(), env.BUS_NAME);
  const table = new TenantTable(client, env.TABLE_TENANCY).telling({ publish, log });
  const stores = makeTenancyStores(table);
  const settings: SignInSettings = {
    issuer: env.OIDC_ISSUER,
    clientId: env.OIDC_CLIENT_ID,
    clientSecret: () => readSecret(env.OIDC_SECRET_ARN),
    dashboardUrl: env.DASHBOARD_URL,
    scope: env.OIDC_SCOPE,
    trustsEmail: env.OIDC_TRUSTS_EMAIL === "1",
    showsInvitation: env.LOCAL === "1",
  };
  return {
    log,
    authenticate: makeAuthenticate({ table, authorityKeptMs: 0 }),
    ...requestServices(new TenantTable(client, env.TABLE_REQUESTS), env.LIMITS, log),
    ...stores,
    publish,
    signIn: makeSignIn(settings, { ...stores, publish, log }),
    dashboardUrl: env.DASHBOARD_URL,
    realtimeUrl: env.REALTIME_URL,
    local: env.LOCAL === "1",
  };
});
export type Services = ReturnType<typeof services>;

async function readSecret(arn: string): Promise<string | undefined> {
  if (arn === "") return undefined;
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const answer = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: arn }));
  return answer.SecretString;
}

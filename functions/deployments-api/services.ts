import { z } from "zod";
import { makeDeploymentStore, type RecordDeps } from "../../shared/deployments/index.ts";
import { LimitsEnv, requestServices } from "../../shared/limits/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import type { HttpServices } from "../../shared/platform/lambda/http-door.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate, makeRedactionSalt, type RedactionSalt } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_TENANCY: z.string(),
  TABLE_DEPLOYMENTS: z.string(),
  ...LimitsEnv.shape,
  BUS_NAME: z.string(),
});

export type Services = HttpServices & RecordDeps & { redactionSalt: RedactionSalt };

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const client = makeTableClient();
  const tenancy = new TenantTable(client, env.TABLE_TENANCY);
  const log = makeLog({ function: "deployments-api" });
  return {
    log,
    authenticate: makeAuthenticate({ table: tenancy }),
    ...requestServices(new TenantTable(client, env.TABLE_REQUESTS), env.LIMITS, log),
    redactionSalt: makeRedactionSalt({ table: tenancy }),
    deployments: makeDeploymentStore(new TenantTable(client, env.TABLE_DEPLOYMENTS)),
    publish: makePublish(makeEventBridgeClient(), env.BUS_NAME),
  };
});

import { z } from "zod";
import { type IncidentLists, makeIncidentLists } from "../../shared/incidents/index.ts";
import { LimitsEnv, requestServices } from "../../shared/limits/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import type { HttpServices } from "../../shared/platform/lambda/http-door.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeServiceStore, type ServiceStore } from "../../shared/services/index.ts";
import { makeAuthenticate } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_TENANCY: z.string(),
  TABLE_SERVICES: z.string(),
  TABLE_INCIDENTS: z.string(),
  ...LimitsEnv.shape,
  BUS_NAME: z.string(),
});

export interface Services extends HttpServices {
  services: ServiceStore;
  lists: IncidentLists;
}

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const client = makeTableClient();
  const log = makeLog({ function: "services-api" });
  const publish = makePublish(makeEventBridgeClient(), env.BUS_NAME);
  return {
    log,
    authenticate: makeAuthenticate({ table: new TenantTable(client, env.TABLE_TENANCY) }),
    ...requestServices(new TenantTable(client, env.TABLE_REQUESTS), env.LIMITS, log),
    services: makeServiceStore(new TenantTable(client, env.TABLE_SERVICES).telling({ publish, log })),
    lists: makeIncidentLists(new TenantTable(client, env.TABLE_INCIDENTS)),
  };
});

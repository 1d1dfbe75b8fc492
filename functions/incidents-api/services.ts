import { z } from "zod";
import { makeIncidentStore } from "../../shared/incidents/incident-store.ts";
import { makeIncidentLists } from "../../shared/incidents/list-store.ts";
import type { ReadDeps } from "../../shared/incidents/read-incidents.ts";
import type { IncidentDeps } from "../../shared/incidents/save-change.ts";
import { LimitsEnv, requestServices } from "../../shared/limits/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import type { HttpServices } from "../../shared/platform/lambda/http-door.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_TENANCY: z.string(),
  ...LimitsEnv.shape,
  TABLE_INCIDENTS: z.string(),
  BUS_NAME: z.string(),
});

export type Services = HttpServices & IncidentDeps & ReadDeps;

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const log = makeLog({ function: "incidents-api" });
  const client = makeTableClient();
  const table = new TenantTable(client, env.TABLE_INCIDENTS);
  return {
    log,
    authenticate: makeAuthenticate({ table: new TenantTable(client, env.TABLE_TENANCY) }),
    ...requestServices(new TenantTable(client, env.TABLE_REQUESTS), env.LIMITS, log),
    incidents: makeIncidentStore(table),
    lists: makeIncidentLists(table),
    publish: makePublish(makeEventBridgeClient(), env.BUS_NAME),
  };
});

import { z } from "zod";
import { makeIncidentStore } from "../../shared/incidents/incident-store.ts";
import { makeIncidentLists } from "../../shared/incidents/list-store.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate } from "../../shared/tenancy/index.ts";

const Env = z.object({ TABLE_TENANCY: z.string(), TABLE_INCIDENTS: z.string(), BUS_NAME: z.string() });

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const client = makeTableClient();
  const table = new TenantTable(client, env.TABLE_INCIDENTS);
  return {
    log: makeLog({ function: "incidents-api" }),
    authenticate: makeAuthenticate({ table: new TenantTable(client, env.TABLE_TENANCY) }),
    incidents: makeIncidentStore(table),
    lists: makeIncidentLists(table),
    publish: makePublish(makeEventBridgeClient(), env.BUS_NAME),
  };
});
export type Services = ReturnType<typeof services>;

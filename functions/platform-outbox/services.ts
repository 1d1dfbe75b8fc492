import { z } from "zod";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";

const Env = z.object({
  TABLE_ALERTS: z.string(),
  TABLE_INCIDENTS: z.string(),
  TABLE_NOTIFICATIONS: z.string(),
  TABLE_TENANCY: z.string(),
  TABLE_ANALYSIS: z.string(),
  TABLE_DEPLOYMENTS: z.string(),
  TABLE_ANOMALIES: z.string(),
  TABLE_SERVICES: z.string(),
  TABLE_REALTIME: z.string(),
  BUS_NAME: z.string(),
});

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const client = makeTableClient();
  return {
    log: makeLog({ function: "platform-outbox" }),
    tables: [
      env.TABLE_TENANCY,
      env.TABLE_ALERTS,
      env.TABLE_INCIDENTS,
      env.TABLE_NOTIFICATIONS,
      env.TABLE_ANALYSIS,
      env.TABLE_DEPLOYMENTS,
      env.TABLE_ANOMALIES,
      env.TABLE_SERVICES,
      env.TABLE_REALTIME,
    ].map((name) => new TenantTable(client, name)),
    publish: makePublish(makeEventBridgeClient(), env.BUS_NAME),
  };
});
export type Services = ReturnType<typeof services>;

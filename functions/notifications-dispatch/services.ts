import { z } from "zod";
import {
  type DispatchDeps,
  makeChannelStore,
  makeDeliveryStore,
  makeFoldStore,
  makeRouteStore,
  makeThreadStore,
} from "../../shared/notifications/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";

const Env = z.object({ TABLE_NOTIFICATIONS: z.string(), BUS_NAME: z.string() });

export type Services = DispatchDeps;

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const table = new TenantTable(makeTableClient(), env.TABLE_NOTIFICATIONS);
  return {
    log: makeLog({ function: "notifications-dispatch" }),
    channels: makeChannelStore(table),
    routes: makeRouteStore(table),
    deliveries: makeDeliveryStore(table),
    threads: makeThreadStore(table),
    folds: makeFoldStore(table),
    publish: makePublish(makeEventBridgeClient(), env.BUS_NAME),
  };
});

import { z } from "zod";
import { LimitsEnv, quotaOf, readLimits, requestServices } from "../../shared/limits/index.ts";
import {
  type ChannelDeps,
  makeChannelStore,
  makeDeliveryStore,
  makeFoldStore,
  makeRouteStore,
  type RouteDeps,
  type TestChannelDeps,
} from "../../shared/notifications/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import type { HttpServices } from "../../shared/platform/lambda/http-door.ts";
import { lazily } from "../../shared/platform/lambda/lazily.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { parseAllowList } from "../../shared/platform/net/judge-url.ts";
import { makeAuthenticate } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_TENANCY: z.string(),
  ...LimitsEnv.shape,
  TABLE_NOTIFICATIONS: z.string(),
  BUS_NAME: z.string(),
  ALERTS_EMAIL_TOPIC_ARN: z.string(),
  /** As for notifications-deliver, so that what may be reached may also be set. */
  OUTBOUND_ALLOW: z.string().default(""),
});

export interface Services extends HttpServices, ChannelDeps, RouteDeps, TestChannelDeps {}

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const log = makeLog({ function: "notifications-api" });
  const subscribe = lazily(async () => {
    const sns = await import("../../shared/platform/aws/sns.ts");
    return sns.makeSubscribeEmail(sns.makeSnsClient(), env.ALERTS_EMAIL_TOPIC_ARN);
  });
  const client = makeTableClient();
  const publish = makePublish(makeEventBridgeClient(), env.BUS_NAME);
  const table = new TenantTable(client, env.TABLE_NOTIFICATIONS).telling({ publish, log });
  return {
    log,
    authenticate: makeAuthenticate({ table: new TenantTable(client, env.TABLE_TENANCY) }),
    ...requestServices(new TenantTable(client, env.TABLE_REQUESTS), env.LIMITS, log),
    channels: makeChannelStore(table),
    routes: makeRouteStore(table),
    deliveries: makeDeliveryStore(table),
    folds: makeFoldStore(table),
    publish,
    subscribeEmail: async (address) => (await subscribe())(address),
    allow: parseAllowList(env.OUTBOUND_ALLOW),
    maxChannels: quotaOf(readLimits(env.LIMITS), "channels"),
  };
});

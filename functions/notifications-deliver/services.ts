import { z } from "zod";
import {
  type DeliverDeps,
  makeChannelStore,
  makeDeliveryStore,
  makeFoldStore,
  makeSend,
} from "../../shared/notifications/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import type { SendAgain } from "../../shared/platform/aws/own-queue.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { nowMs } from "../../shared/platform/clock.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { lazily } from "../../shared/platform/lambda/lazily.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeGuardedFetch } from "../../shared/platform/net/guarded-fetch.ts";
import { parseAllowList } from "../../shared/platform/net/judge-url.ts";
import { makeRedactionSalt } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_NOTIFICATIONS: z.string(),
  TABLE_TENANCY: z.string(),
  BUS_NAME: z.string(),
  QUEUE_URL: z.string(),
  ALERTS_EMAIL_TOPIC_ARN: z.string(),
  /** Without it messages carry no link. */
  DASHBOARD_URL: z.string().default(""),
  /** `host:port, host:*` that may be reached although they are private or unencrypted; for the laptop. */
  OUTBOUND_ALLOW: z.string().default(""),
});

export interface Services extends DeliverDeps {
  sendAgain: SendAgain;
  nowMs(): number;
}

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const texts = lazily(async () => {
    const sns = await import("../../shared/platform/aws/sns.ts");
    return sns.makeTextMessages(sns.makeSnsClient(), env.ALERTS_EMAIL_TOPIC_ARN);
  });
  const sendAgain = lazily(async () => {
    const sqs = await import("../../shared/platform/aws/own-queue.ts");
    return sqs.makeSendAgain(sqs.makeSqsClient(), env.QUEUE_URL);
  });
  const log = makeLog({ function: "notifications-deliver" });
  const publish = makePublish(makeEventBridgeClient(), env.BUS_NAME);
  const client = makeTableClient();
  const table = new TenantTable(client, env.TABLE_NOTIFICATIONS).telling({ publish, log });
  return {
    log,
    channels: makeChannelStore(table),
    deliveries: makeDeliveryStore(table),
    folds: makeFoldStore(table),
    send: makeSend({
      guardedFetch: makeGuardedFetch({ allow: parseAllowList(env.OUTBOUND_ALLOW) }),
      texts,
    }),
    publish,
    sendAgain: async (body, delayMs) => (await sendAgain())(body, delayMs),
    dashboardUrl: env.DASHBOARD_URL,
    redactionSalt: makeRedactionSalt({ table: new TenantTable(client, env.TABLE_TENANCY) }),
    nowMs,
    stopwatchMs: () => performance.now(),
    random: Math.random,
  };
});

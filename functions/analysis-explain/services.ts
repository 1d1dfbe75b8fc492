import { z } from "zod";
import { type ExplainDeps, makeAnalysisStore } from "../../shared/analysis/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import type { SendAgain } from "../../shared/platform/aws/own-queue.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { nowMs } from "../../shared/platform/clock.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { lazily } from "../../shared/platform/lambda/lazily.ts";
import { makeLog } from "../../shared/platform/log.ts";

const Env = z.object({ TABLE_ANALYSIS: z.string(), BUS_NAME: z.string(), QUEUE_URL: z.string() });

export interface Services extends ExplainDeps {
  sendAgain: SendAgain;
}

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const sendAgain = lazily(async () => {
    const sqs = await import("../../shared/platform/aws/own-queue.ts");
    return sqs.makeSendAgain(sqs.makeSqsClient(), env.QUEUE_URL);
  });
  return {
    log: makeLog({ function: "analysis-explain" }),
    analyses: makeAnalysisStore(new TenantTable(makeTableClient(), env.TABLE_ANALYSIS)),
    explain: undefined,
    publish: makePublish(makeEventBridgeClient(), env.BUS_NAME),
    sendAgain: async (body, delayMs) => (await sendAgain())(body, delayMs),
    nowMs,
  };
});

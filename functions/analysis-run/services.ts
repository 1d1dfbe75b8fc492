import { z } from "zod";
import { makeRuleStore } from "../../shared/alerts/index.ts";
import {
  makeAnalysisStore,
  makeBudgetStore,
  makeSignatureStore,
  type RunDeps,
} from "../../shared/analysis/index.ts";
import { makeAnomalyStore } from "../../shared/anomalies/index.ts";
import { makeDeploymentStore } from "../../shared/deployments/index.ts";
import { makeIncidentLists } from "../../shared/incidents/index.ts";
import { MetricStoreEnv, openMetricStore, openSeriesCatalog } from "../../shared/metrics/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import type { SendAgain } from "../../shared/platform/aws/own-queue.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { nowMs } from "../../shared/platform/clock.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { lazily } from "../../shared/platform/lambda/lazily.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeServiceStore } from "../../shared/services/index.ts";

const Env = z.object({
  TABLE_ANALYSIS: z.string(),
  TABLE_INCIDENTS: z.string(),
  TABLE_ALERTS: z.string(),
  TABLE_METRICS: z.string(),
  ...MetricStoreEnv.shape,
  TABLE_SERVICES: z.string(),
  TABLE_DEPLOYMENTS: z.string(),
  TABLE_ANOMALIES: z.string(),
  BUS_NAME: z.string(),
  QUEUE_URL: z.string(),
});

export interface Services extends RunDeps {
  sendAgain: SendAgain;
}

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const client = makeTableClient();
  const analysis = new TenantTable(client, env.TABLE_ANALYSIS);
  const metrics = new TenantTable(client, env.TABLE_METRICS);
  const sendAgain = lazily(async () => {
    const sqs = await import("../../shared/platform/aws/own-queue.ts");
    return sqs.makeSendAgain(sqs.makeSqsClient(), env.QUEUE_URL);
  });
  return {
    log: makeLog({ function: "analysis-run" }),
    analyses: makeAnalysisStore(analysis),
    signatures: makeSignatureStore(analysis),
    budget: makeBudgetStore(analysis),
    lists: makeIncidentLists(new TenantTable(client, env.TABLE_INCIDENTS)),
    rules: makeRuleStore(new TenantTable(client, env.TABLE_ALERTS)),
    metrics: openMetricStore(env, metrics),
    index: openSeriesCatalog(env, metrics),
    services: makeServiceStore(new TenantTable(client, env.TABLE_SERVICES)),
    deployments: makeDeploymentStore(new TenantTable(client, env.TABLE_DEPLOYMENTS)),
    anomalies: makeAnomalyStore(new TenantTable(client, env.TABLE_ANOMALIES)),
    publish: makePublish(makeEventBridgeClient(), env.BUS_NAME),
    sendAgain: async (body, delayMs) => (await sendAgain())(body, delayMs),
    nowMs,
  };
});

import { z } from "zod";
import { makeAlertStore } from "../../shared/alerts/alert-store.ts";
import { makeDecisionStore } from "../../shared/alerts/decision-store.ts";
import { makeMinuteGate } from "../../shared/alerts/evaluation-summary.ts";
import { makeOpenAlertStore } from "../../shared/alerts/open-alert-store.ts";
import { makeRuleCache } from "../../shared/alerts/rule-cache.ts";
import { makeRuleStore } from "../../shared/alerts/rule-store.ts";
import { makeAnomalyStore } from "../../shared/anomalies/index.ts";
import { MetricStoreEnv, openMetricStore } from "../../shared/metrics/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";

const Env = z.object({
  TABLE_ALERTS: z.string(),
  TABLE_METRICS: z.string(),
  TABLE_ANOMALIES: z.string(),
  ...MetricStoreEnv.shape,
  BUS_NAME: z.string(),
});

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const client = makeTableClient();
  const table = new TenantTable(client, env.TABLE_ALERTS);
  return {
    log: makeLog({ function: "alerts-evaluate" }),
    alerts: makeAlertStore(table),
    openAlerts: makeOpenAlertStore(table),
    decisions: makeDecisionStore(table),
    rules: makeRuleCache(makeRuleStore(table)),
    summaryDue: makeMinuteGate(),
    metrics: openMetricStore(env, new TenantTable(client, env.TABLE_METRICS)),
    anomalies: makeAnomalyStore(new TenantTable(client, env.TABLE_ANOMALIES)),
    publish: makePublish(makeEventBridgeClient(), env.BUS_NAME),
  };
});
export type Services = ReturnType<typeof services>;

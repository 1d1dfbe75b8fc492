import { z } from "zod";
import { makeAlertStore } from "../../shared/alerts/alert-store.ts";
import { makeDecisionStore } from "../../shared/alerts/decision-store.ts";
import { makeOpenAlertStore } from "../../shared/alerts/open-alert-store.ts";
import { makeRuleStore } from "../../shared/alerts/rule-store.ts";
import { LimitsEnv, quotaOf, readLimits, requestServices } from "../../shared/limits/index.ts";
import { MetricStoreEnv, openMetricStore } from "../../shared/metrics/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate, makeRedactionSalt } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_ALERTS: z.string(),
  TABLE_METRICS: z.string(),
  ...MetricStoreEnv.shape,
  TABLE_TENANCY: z.string(),
  ...LimitsEnv.shape,
  BUS_NAME: z.string(),
});

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const log = makeLog({ function: "alerts-api" });
  const client = makeTableClient();
  const publish = makePublish(makeEventBridgeClient(), env.BUS_NAME);
  const table = new TenantTable(client, env.TABLE_ALERTS).telling({ publish, log });
  const tenancy = new TenantTable(client, env.TABLE_TENANCY);
  return {
    log,
    authenticate: makeAuthenticate({ table: tenancy }),
    redactionSalt: makeRedactionSalt({ table: tenancy }),
    ...requestServices(new TenantTable(client, env.TABLE_REQUESTS), env.LIMITS, log),
    alerts: makeAlertStore(table),
    openAlerts: makeOpenAlertStore(table),
    decisions: makeDecisionStore(table),
    ruleStore: makeRuleStore(table),
    maxRules: quotaOf(readLimits(env.LIMITS), "alert-rules"),
    metrics: openMetricStore(env, new TenantTable(client, env.TABLE_METRICS)),
    publish,
  };
});
export type Services = ReturnType<typeof services>;

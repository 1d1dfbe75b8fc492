import { z } from "zod";
import { makeRuleStore } from "../../shared/alerts/index.ts";
import {
  type AskDeps,
  type FeedbackDeps,
  type GuardDeps,
  makeAnalysisStore,
  makePostMortemStore,
  makeSignatureStore,
  type PostMortemDeps,
} from "../../shared/analysis/index.ts";
import { makeIncidentLists } from "../../shared/incidents/index.ts";
import { MetricStoreEnv, openMetricStore } from "../../shared/metrics/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import type { Publish } from "../../shared/platform/bus/publish.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import type { HttpServices } from "../../shared/platform/lambda/http-door.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_TENANCY: z.string(),
  TABLE_ANALYSIS: z.string(),
  TABLE_INCIDENTS: z.string(),
  TABLE_ALERTS: z.string(),
  TABLE_METRICS: z.string(),
  ...MetricStoreEnv.shape,
  BUS_NAME: z.string(),
});

export interface Services extends HttpServices, AskDeps, FeedbackDeps, PostMortemDeps, GuardDeps {
  analyses: FeedbackDeps["analyses"];
  lists: PostMortemDeps["lists"];
  publish: Publish;
}

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const client = makeTableClient();
  const analysis = new TenantTable(client, env.TABLE_ANALYSIS);
  return {
    log: makeLog({ function: "analysis-api" }),
    authenticate: makeAuthenticate({ table: new TenantTable(client, env.TABLE_TENANCY) }),
    analyses: makeAnalysisStore(analysis),
    signatures: makeSignatureStore(analysis),
    postMortems: makePostMortemStore(analysis),
    lists: makeIncidentLists(new TenantTable(client, env.TABLE_INCIDENTS)),
    rules: makeRuleStore(new TenantTable(client, env.TABLE_ALERTS)),
    metrics: openMetricStore(env, new TenantTable(client, env.TABLE_METRICS)),
    publish: makePublish(makeEventBridgeClient(), env.BUS_NAME),
    askModel: undefined,
  };
});

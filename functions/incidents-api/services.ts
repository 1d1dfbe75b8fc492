import { z } from "zod";
import { makeRuleStore } from "../../shared/alerts/index.ts";
import { checkGuard, makeAnalysisStore } from "../../shared/analysis/index.ts";
import type { GuardCheck } from "../../shared/analysis/schemas.ts";
import { makeIncidentStore } from "../../shared/incidents/incident-store.ts";
import type { IncidentRecord } from "../../shared/incidents/index.ts";
import { makeIncidentLists } from "../../shared/incidents/list-store.ts";
import type { ReadDeps } from "../../shared/incidents/read-incidents.ts";
import type { TransitionDeps } from "../../shared/incidents/transition-incident.ts";
import { LimitsEnv, requestServices } from "../../shared/limits/index.ts";
import { MetricStoreEnv, openMetricStore } from "../../shared/metrics/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import type { HttpServices } from "../../shared/platform/lambda/http-door.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate, makeRedactionSalt, type RedactionSalt } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_TENANCY: z.string(),
  TABLE_INCIDENTS: z.string(),
  TABLE_ALERTS: z.string(),
  TABLE_METRICS: z.string(),
  ...MetricStoreEnv.shape,
  TABLE_ANALYSIS: z.string(),
  ...LimitsEnv.shape,
  BUS_NAME: z.string(),
});

export interface Services extends HttpServices, TransitionDeps, ReadDeps {
  redactionSalt: RedactionSalt;
  checkGuard(ctx: Ctx, incident: IncidentRecord): Promise<GuardCheck>;
}

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const log = makeLog({ function: "incidents-api" });
  const client = makeTableClient();
  const table = new TenantTable(client, env.TABLE_INCIDENTS);
  const tenancy = new TenantTable(client, env.TABLE_TENANCY);
  const lists = makeIncidentLists(table);
  const guardDeps = {
    rules: makeRuleStore(new TenantTable(client, env.TABLE_ALERTS)),
    metrics: openMetricStore(env, new TenantTable(client, env.TABLE_METRICS)),
    analyses: makeAnalysisStore(new TenantTable(client, env.TABLE_ANALYSIS)),
    lists,
  };
  return {
    log,
    authenticate: makeAuthenticate({ table: tenancy }),
    redactionSalt: makeRedactionSalt({ table: tenancy }),
    ...requestServices(new TenantTable(client, env.TABLE_REQUESTS), env.LIMITS, log),
    incidents: makeIncidentStore(table),
    lists,
    checkGuard: (ctx, incident) => checkGuard(ctx, incident, guardDeps),
    publish: makePublish(makeEventBridgeClient(), env.BUS_NAME),
  };
});

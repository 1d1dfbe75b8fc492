import { z } from "zod";
import { makeRuleStore } from "../../shared/alerts/rule-store.ts";
import { isAccepted } from "../../shared/keys/index.ts";
import {
  LimitsEnv,
  makeBucketStore,
  type OffendersDeps,
  type ReadLimitsDeps,
  readLimits,
  requestServices,
} from "../../shared/limits/index.ts";
import { MetricStoreEnv, openActiveSeries, openMetricStore } from "../../shared/metrics/index.ts";
import { makeReadDay } from "../../shared/models/index.ts";
import { makeChannelStore } from "../../shared/notifications/index.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { nowMs } from "../../shared/platform/clock.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import type { HttpServices } from "../../shared/platform/lambda/http-door.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate, makeTenantStore } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_TENANCY: z.string(),
  ...LimitsEnv.shape,
  TABLE_ALERTS: z.string(),
  TABLE_NOTIFICATIONS: z.string(),
  TABLE_ANALYSIS: z.string(),
  TABLE_METRICS: z.string(),
  ...MetricStoreEnv.shape,
});

export interface Services extends HttpServices, ReadLimitsDeps, OffendersDeps {}

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const log = makeLog({ function: "limits-api" });
  const client = makeTableClient();
  const open = (name: string) => new TenantTable(client, name);
  const requests = open(env.TABLE_REQUESTS);
  const settings = readLimits(env.LIMITS);
  const rules = makeRuleStore(open(env.TABLE_ALERTS));
  const channels = makeChannelStore(open(env.TABLE_NOTIFICATIONS));
  const active = openActiveSeries(open(env.TABLE_METRICS));
  const readDay = makeReadDay(open(env.TABLE_ANALYSIS));
  const tenants = makeTenantStore(open(env.TABLE_TENANCY));
  return {
    log,
    authenticate: makeAuthenticate({ table: open(env.TABLE_TENANCY) }),
    ...requestServices(requests, env.LIMITS, log),
    settings,
    metrics: openMetricStore(env, open(env.TABLE_METRICS)),
    active,
    buckets: makeBucketStore(requests),
    count: {
      "alert-rules": async (tenantId) => (await rules.listAll(tenantId)).length,
      channels: async (tenantId) => (await channels.all(tenantId)).length,
      "api-keys": async (tenantId) => tenants.countKeys(tenantId, (key) => isAccepted(key, nowMs())),
      series: (tenantId) => active.count(tenantId),
      "ai-tokens-per-day": async (tenantId, atMs) => (await readDay(tenantId, atMs)).tokens,
    },
  };
});

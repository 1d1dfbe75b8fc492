import { z } from "zod";
import {
  type ExplainDeps,
  explainCauses,
  makeAnalysisStore,
  type TriageDeps,
  triageAnomaly,
} from "../../shared/analysis/index.ts";
import { hasModels, ModelsEnv, openModels } from "../../shared/models/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { nowMs } from "../../shared/platform/clock.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeGuardedFetch } from "../../shared/platform/net/guarded-fetch.ts";
import { parseAllowList } from "../../shared/platform/net/judge-url.ts";
import { makeRedactionSalt } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_ANALYSIS: z.string(),
  TABLE_TENANCY: z.string(),
  ...ModelsEnv.shape,
  /** `host:port, host:*` that may be reached although they are private or unencrypted; for the laptop. */
  OUTBOUND_ALLOW: z.string().default(""),
  BUS_NAME: z.string(),
});

export type Services = ExplainDeps & TriageDeps;

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const log = makeLog({ function: "analysis-explain" });
  const client = makeTableClient();
  const table = new TenantTable(client, env.TABLE_ANALYSIS);
  const guardedFetch = makeGuardedFetch({ allow: parseAllowList(env.OUTBOUND_ALLOW) });
  const models = {
    ...openModels({ env, table, guardedFetch, log, nowMs }),
    redactionSalt: makeRedactionSalt({ table: new TenantTable(client, env.TABLE_TENANCY) }),
  };
  return {
    log,
    analyses: makeAnalysisStore(table),
    explain: hasModels(env) ? (ctx, analysis) => explainCauses(ctx, analysis, models) : undefined,
    triage: hasModels(env) ? (ctx, anomaly) => triageAnomaly(ctx, anomaly, models) : undefined,
    publish: makePublish(makeEventBridgeClient(), env.BUS_NAME),
    nowMs,
  };
});

import { z } from "zod";
import {
  type AskDeps,
  answerQuestion,
  type FeedbackDeps,
  makeAnalysisStore,
  makePostMortemStore,
  makeSignatureStore,
  type PostMortemDeps,
} from "../../shared/analysis/index.ts";
import { makeIncidentLists } from "../../shared/incidents/index.ts";
import { LimitsEnv, requestServices } from "../../shared/limits/index.ts";
import { hasModels, type ModelDeps, ModelsEnv, openModels } from "../../shared/models/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import type { Publish } from "../../shared/platform/bus/publish.ts";
import { nowMs } from "../../shared/platform/clock.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import type { HttpServices } from "../../shared/platform/lambda/http-door.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeGuardedFetch } from "../../shared/platform/net/guarded-fetch.ts";
import { parseAllowList } from "../../shared/platform/net/judge-url.ts";
import { makeAuthenticate, makeRedactionSalt } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_TENANCY: z.string(),
  TABLE_ANALYSIS: z.string(),
  TABLE_INCIDENTS: z.string(),
  ...ModelsEnv.shape,
  /** `host:port, host:*` that may be reached although they are private or unencrypted; for the laptop. */
  OUTBOUND_ALLOW: z.string().default(""),
  ...LimitsEnv.shape,
  BUS_NAME: z.string(),
});

export interface Services extends HttpServices, AskDeps, FeedbackDeps, PostMortemDeps {
  analyses: FeedbackDeps["analyses"];
  lists: PostMortemDeps["lists"];
  models: ModelDeps;
  publish: Publish;
}

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const client = makeTableClient();
  const log = makeLog({ function: "analysis-api" });
  const publish = makePublish(makeEventBridgeClient(), env.BUS_NAME);
  const analysis = new TenantTable(client, env.TABLE_ANALYSIS).telling({ publish, log });
  const tenancy = new TenantTable(client, env.TABLE_TENANCY);
  const guardedFetch = makeGuardedFetch({ allow: parseAllowList(env.OUTBOUND_ALLOW) });
  const models = openModels({ env, table: analysis, guardedFetch, log, nowMs });
  const answerer = { ...models, redactionSalt: makeRedactionSalt({ table: tenancy }) };
  return {
    log,
    authenticate: makeAuthenticate({ table: tenancy }),
    ...requestServices(new TenantTable(client, env.TABLE_REQUESTS), env.LIMITS, log),
    analyses: makeAnalysisStore(analysis),
    signatures: makeSignatureStore(analysis),
    postMortems: makePostMortemStore(analysis),
    lists: makeIncidentLists(new TenantTable(client, env.TABLE_INCIDENTS)),
    publish,
    models,
    askModel: hasModels(env)
      ? (ctx, question, about) => answerQuestion(ctx, question, about, answerer)
      : undefined,
  };
});

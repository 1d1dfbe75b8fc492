import { quotaOf, readLimits } from "../limits/index.ts";
import type { TenantTable } from "../platform/aws/tenant-table.ts";
import type { Log } from "../platform/log.ts";
import type { GuardedFetch } from "../platform/net/guarded-fetch.ts";
import { makeAnswerCache } from "./answer-cache.ts";
import type { ModelDeps } from "./ask-model.ts";
import { makeBreakerStore } from "./breaker-store.ts";
import { type Budgets, budgetsWithin } from "./budget.ts";
import { makeBudgetStore } from "./budget-store.ts";
import { makeCallStore } from "./call-store.ts";
import { makeChat } from "./chat.ts";
import type { ModelsEnv } from "./provider.ts";
import { makeProviders } from "./provider-store.ts";

/**
 * Everything that asking models needs, over the given table (its keys begin with `MODEL#`). Nothing is loaded,
 * read or connected before the first question.
 */
export function openModels(input: {
  env: ModelsEnv;
  table: TenantTable;
  guardedFetch: GuardedFetch;
  log: Log;
  nowMs: () => number;
  budgets?: Budgets;
}): ModelDeps {
  const { env, table, guardedFetch, log, nowMs } = input;
  const { budgets = budgetsWithin(quotaOf(readLimits(env.LIMITS), "ai-tokens-per-day")) } = input;
  return {
    providers: makeProviders(env, nowMs),
    chat: makeChat(guardedFetch),
    cache: makeAnswerCache(table),
    breakers: makeBreakerStore(table),
    budget: makeBudgetStore(table, budgets),
    calls: makeCallStore(table),
    log,
    stopwatchMs: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
  };
}

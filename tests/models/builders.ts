import { z } from "zod";
import type { Question } from "../../shared/models/ask-model.ts";
import type { Budgets } from "../../shared/models/budget.ts";
import { openModels } from "../../shared/models/index.ts";
import type { Provider } from "../../shared/models/provider.ts";
import type { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { newId } from "../../shared/platform/ids.ts";
import { makeGuardedFetch } from "../../shared/platform/net/guarded-fetch.ts";

export const noonMs = Date.parse("2026-11-20T12:00:00Z");

export const aCtx = (changes: Partial<Ctx> = {}): Ctx => ({
  tenantId: newId("tenant"),
  actor: { kind: "system", id: "analysis-run" },
  traceId: "trace-a",
  causationId: null,
  nowMs: noonMs,
  ...changes,
});

export const Yes = z.object({ ok: z.boolean() });

export const aQuestion = (changes: Partial<Question<typeof Yes>> = {}): Question<typeof Yes> => ({
  purpose: "explanation",
  speed: "deep",
  incidentId: null,
  messages: (length) => [
    { role: "system", content: "Say whether it is so." },
    { role: "user", content: length === "full" ? "a long question ".repeat(20) : "a short question" },
  ],
  subject: ["is it so?"],
  form: { name: "yes", schema: Yes },
  maxOutputTokens: 200,
  budgetMs: 3_000,
  ...changes,
});

let providers = 0;
/** Each with a name of its own, since health is shared by name. */
export const aProvider = (baseUrl: string, changes: Partial<Provider> = {}): Provider => ({
  name: `provider-${process.pid}-${providers++}`,
  baseUrl,
  model: "gpt-4o",
  fastModel: "gpt-4o-mini",
  apiKey: "fake-key",
  ...changes,
});

/** Everything that asks, over the given table and providers, with a log that is kept and pauses that are noted. */
export function makeModels(input: {
  table: TenantTable;
  providers: readonly Provider[];
  allow: readonly string[];
  budgets?: Budgets;
}) {
  const { table, providers: all, allow, budgets } = input;
  const logged: { level: string; message: string; fields: Record<string, unknown> | undefined }[] = [];
  const pausesMs: number[] = [];
  const note = (level: string) => (message: string, fields?: Record<string, unknown>) => {
    logged.push({ level, message, fields });
  };
  const deps = {
    ...openModels({
      env: {
        AI_SECRET_ARN: "",
        AI_BASE_URL: "",
        AI_MODEL: "",
        AI_FAST_MODEL: "",
        AI_API_KEY: "",
        LIMITS: "{}",
      },
      table,
      guardedFetch: makeGuardedFetch({ allow }),
      log: { info: note("info"), warn: note("warn"), error: note("error"), measure: () => {} },
      nowMs: () => noonMs,
      ...(budgets ? { budgets } : {}),
    }),
    providers: async () => all,
    sleep: async (ms: number) => {
      pausesMs.push(ms);
    },
    random: () => 0.5,
  };
  return { deps, logged, pausesMs };
}

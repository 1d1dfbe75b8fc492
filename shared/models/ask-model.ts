import { z } from "zod";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import type { Log } from "../platform/log.ts";
import type { AnswerCache, CacheSubject } from "./answer-cache.ts";
import { askProvider, type ProviderAnswer } from "./ask-provider.ts";
import type { BreakerStore } from "./breaker-store.ts";
import type { BudgetStore } from "./budget-store.ts";
import type { CallStore } from "./call-store.ts";
import type { Chat, ChatMessage } from "./chat.ts";
import type { Provider } from "./provider.ts";
import type { ModelOutcome, ModelPurpose } from "./schemas.ts";

export interface Question<T extends z.ZodType = z.ZodType> {
  purpose: ModelPurpose;
  speed: "fast" | "deep";
  incidentId: string | null;
  /**
   * The messages, in full or, for a model that takes less, with about half of the evidence. Made anew for each
   * request, since what fences the evidence is random.
   */
  messages(length: "full" | "short"): readonly ChatMessage[];
  /** All that the answer depends on beside the form and the models: the same subject gets the same answer. */
  subject: readonly unknown[];
  form: { name: string; schema: T };
  maxOutputTokens: number;
  /** For everything together: cache, tries, waits, repair and fallback. */
  budgetMs: number;
  /** Refused once this share of the tenant's day is used, so that what matters more still can be asked; 1 unless told. */
  mostOfDay?: number;
}

export interface Usage {
  calls: number;
  inputTokens: number;
  outputTokens: number;
  /** null: the model's price is not known. */
  costUsd: number | null;
}

export type ModelAnswer<T> =
  | {
      kind: "answered";
      value: T;
      provider: string;
      model: string;
      cached: boolean;
      repaired: boolean;
      usage: Usage;
      latencyMs: number;
    }
  | {
      kind: "unavailable";
      reason: Exclude<ModelOutcome, "answered">;
      /** For our own log and page; names no secret and no evidence. */
      detail: string;
      usage: Usage;
      latencyMs: number;
    };

export interface ModelDeps {
  providers(): Promise<readonly Provider[]>;
  chat: Chat;
  cache: AnswerCache;
  breakers: BreakerStore;
  budget: BudgetStore;
  calls: CallStore;
  log: Log;
  /** ms from any start; never runs backwards. */
  stopwatchMs(): number;
  sleep(ms: number): Promise<void>;
  /** In [0, 1). */
  random(): number;
}

const nothing: Usage = { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };
/** Below this a provider cannot be expected to answer. */
const leastMs = 250;

/**
 * A model's answer of the asked form, or why there is none; within `budgetMs`, inside the budgets of incident and
 * tenant, and never an exception for what a provider does. An answer seen within the hour comes from the cache.
 * Each provider is left alone while its circuit is open; the next one is asked then.
 */
export async function askModel<T extends z.ZodType>(
  ctx: Ctx,
  question: Question<T>,
  deps: ModelDeps,
): Promise<ModelAnswer<z.infer<T>>> {
  const startMs = deps.stopwatchMs();
  const deadlineMs = startMs + question.budgetMs;
  const tookMs = () => Math.max(0, deps.stopwatchMs() - startMs);
  const providers = await deps.providers().catch((error: unknown) => {
    deps.log.error("the AI provider's settings cannot be read", { error });
    return [];
  });
  const [primary] = providers;
  if (!primary) return unavailable("not-configured", "no model is set up", nothing, tookMs());

  const subject: CacheSubject = {
    tenantId: ctx.tenantId,
    incidentId: question.incidentId,
    purpose: question.purpose,
    parts: [
      question.subject,
      z.toJSONSchema(question.form.schema),
      modelOf(primary, question),
      question.speed,
    ],
  };
  const cached = await deps.cache.find(subject);
  const known = cached && question.form.schema.safeParse(cached.value);
  if (cached && known?.success) {
    await record(
      ctx,
      question,
      deps,
      { outcome: "answered", ...cached, cached: true, usage: nothing },
      tookMs(),
    );
    const { provider, model } = cached;
    const head = { provider, model, cached: true, repaired: false };
    return { kind: "answered", value: known.data, ...head, usage: nothing, latencyMs: tookMs() };
  }

  const spent: Usage = { ...nothing };
  let last: { reason: Exclude<ModelOutcome, "answered">; detail: string } = {
    reason: "timed-out",
    detail: "no time was left to ask",
  };
  for (const [place, provider] of providers.entries()) {
    const leftMs = deadlineMs - deps.stopwatchMs();
    if (leftMs < leastMs) break;
    // The next provider gets its share of a time that the first one let run out.
    const shareMs = place < providers.length - 1 ? leftMs * 0.6 : leftMs;
    const model = modelOf(provider, question);
    const providerStartMs = deps.stopwatchMs();
    const answer = await askProvider(ctx, { question, provider, model, budgetMs: shareMs }, deps);
    add(spent, answer);
    await record(
      ctx,
      question,
      deps,
      {
        outcome: answer.kind === "valid" ? "answered" : answer.reason,
        provider: provider.name,
        model,
        cached: false,
        usage: answer.usage,
      },
      deps.stopwatchMs() - providerStartMs,
    );
    if (answer.kind === "valid") {
      await deps.cache.keep(subject, { value: answer.value, model, provider: provider.name }, ctx.nowMs);
      const head = { provider: provider.name, model, cached: false, repaired: answer.repaired };
      return { kind: "answered", value: answer.value, ...head, usage: spent, latencyMs: tookMs() };
    }
    last = answer;
    if (answer.reason === "budget-exhausted" || answer.reason === "refused") break;
  }
  return unavailable(last.reason, last.detail, spent, tookMs());
}

const modelOf = (provider: Provider, { speed }: Question) =>
  speed === "fast" ? provider.fastModel : provider.model;

function unavailable(
  reason: Exclude<ModelOutcome, "answered">,
  detail: string,
  usage: Usage,
  latencyMs: number,
): ModelAnswer<never> {
  return { kind: "unavailable", reason, detail, usage, latencyMs };
}

function add(spent: Usage, { usage }: ProviderAnswer<unknown>): void {
  spent.calls += usage.calls;
  spent.inputTokens += usage.inputTokens;
  spent.outputTokens += usage.outputTokens;
  spent.costUsd = spent.costUsd === null || usage.costUsd === null ? null : spent.costUsd + usage.costUsd;
}

async function record(
  ctx: Ctx,
  { purpose, incidentId }: Question,
  { calls, log }: ModelDeps,
  call: { outcome: ModelOutcome; provider: string; model: string; cached: boolean; usage: Usage },
  latencyMs: number,
): Promise<void> {
  const { outcome, provider, model, cached, usage } = call;
  const { inputTokens, outputTokens, costUsd } = usage;
  const at = isoTime(ctx.nowMs);
  const line = {
    at,
    purpose,
    incidentId,
    provider,
    model,
    outcome,
    cached,
    inputTokens,
    outputTokens,
    costUsd,
    latencyMs,
  };
  // Losing a line of the bookkeeping must not lose the answer that was paid for.
  await calls.record(ctx.tenantId, line).catch((error: unknown) => {
    log.error("a call to a model could not be recorded", { error, purpose, outcome });
  });
}

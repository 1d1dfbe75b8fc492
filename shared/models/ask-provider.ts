import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import type { ModelDeps, Question, Usage } from "./ask-model.ts";
import { estimateTokens } from "./budget.ts";
import type { ChatMessage, ChatResult, ChatUsage } from "./chat.ts";
import { costOf } from "./prices.ts";
import type { Provider } from "./provider.ts";
import { readAnswer } from "./read-json.ts";
import type { ModelOutcome } from "./schemas.ts";

type Failure = { reason: Exclude<ModelOutcome, "answered">; detail: string };
export type ProviderAnswer<T> = { usage: Usage } & (
  | { kind: "valid"; value: T; repaired: boolean }
  | ({ kind: "none" } & Failure)
);

interface Asked<T extends z.ZodType> {
  question: Question<T>;
  provider: Provider;
  model: string;
  budgetMs: number;
}

const leastMs = 200;
/** Tries for what may pass by itself; shortening, repair and going without a form are once each, beside them. */
const mostTries = 3;
const firstPauseMs = 250;
/** Of a spoilt answer, what is shown again for its repair. */
const repairLength = 6_000;

/** Providers that were found not to take a form for the answer; asking them again would cost a request each time. */
const withoutForms = new Set<string>();

/** Asks one provider within the time given: retries what may pass, shortens once, repairs once. */
export async function askProvider<T extends z.ZodType>(
  ctx: Ctx,
  { question, provider, model, budgetMs }: Asked<T>,
  deps: ModelDeps,
): Promise<ProviderAnswer<z.infer<T>>> {
  const endMs = deps.stopwatchMs() + budgetMs;
  const leftMs = () => endMs - deps.stopwatchMs();
  const usage: Usage = { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };
  const none = (reason: Failure["reason"], detail: string) => ({
    kind: "none" as const,
    reason,
    detail,
    usage,
  });

  const admission = await deps.breakers.enter(provider.name, ctx.nowMs);
  if (admission.kind === "open") return none("circuit-open", admission.reason ?? "it failed often of late");

  let length: "full" | "short" = "full";
  let repair: readonly ChatMessage[] = [];
  let tries = 1;
  for (;;) {
    const messages = [...question.messages(length), ...repair];
    const outcome = await paidRequest(
      ctx,
      { question, provider, model, messages, timeoutMs: leftMs() },
      usage,
      deps,
    );
    if (outcome === "budget-exhausted") return none(outcome, "the budget for models is used up");
    await noteHealth(ctx, provider, outcome, deps);
    switch (outcome.kind) {
      case "text": {
        const read = readAnswer(outcome.text, question.form.schema);
        if (read.kind === "valid")
          return { kind: "valid", value: read.value, repaired: repair.length > 0, usage };
        const why = outcome.cutOff ? "the answer was cut off; answer more briefly" : read.why;
        if (repair.length > 0 || leftMs() < leastMs) return none("invalid-answer", why);
        repair = repairOf(outcome.text, why);
        continue;
      }
      case "garbage":
        if (repair.length > 0 || leftMs() < leastMs) return none("invalid-answer", outcome.why);
        repair = repairOf("", outcome.why);
        continue;
      case "refused":
        return none("refused", "the model declined to answer");
      case "unauthorized":
        deps.log.error("the AI provider refuses our key; it is not asked again for a quarter of an hour", {
          provider: provider.name,
          alarm: "ai-unauthorized",
        });
        return none("unauthorized", "the provider refuses the key");
      case "no-forms":
        if (withoutForms.has(provider.name)) return none("provider-error", outcome.why);
        withoutForms.add(provider.name);
        continue;
      case "too-long":
        if (length === "short") return none("too-long", outcome.why);
        length = "short";
        continue;
      case "timed-out":
        return none("timed-out", outcome.why);
      case "rate-limited":
      case "failed": {
        const pauseMs = pauseBefore(tries, outcome, deps.random());
        const reason = outcome.kind === "failed" ? "provider-error" : "rate-limited";
        if (tries >= mostTries || leftMs() < pauseMs + leastMs) return none(reason, outcome.why);
        await deps.sleep(pauseMs);
        tries++;
      }
    }
  }
}

/** One request, its cost set aside before and settled after. */
async function paidRequest<T extends z.ZodType>(
  ctx: Ctx,
  {
    question,
    provider,
    model,
    messages,
    timeoutMs,
  }: Omit<Asked<T>, "budgetMs"> & { messages: readonly ChatMessage[]; timeoutMs: number },
  usage: Usage,
  deps: ModelDeps,
): Promise<ChatResult | "budget-exhausted"> {
  const promptLength = messages.reduce((sum, { content }) => sum + content.length, 0);
  const { maxOutputTokens } = question;
  const inputEstimate = estimateTokens(promptLength, 0);
  const amount = {
    tokens: estimateTokens(promptLength, maxOutputTokens),
    costUsd: costOf(model, inputEstimate, maxOutputTokens) ?? 0,
  };
  const set = await deps.budget.reserve(ctx.tenantId, question, amount, ctx.nowMs);
  if (set.kind === "exhausted") return "budget-exhausted";
  const form = withoutForms.has(provider.name)
    ? null
    : { name: question.form.name, schema: z.toJSONSchema(question.form.schema) as Record<string, unknown> };
  const result = await deps.chat(provider, { model, messages, maxOutputTokens, form, timeoutMs });
  const used = usedBy(result, { inputTokens: inputEstimate, outputTokens: maxOutputTokens });
  const costUsd = costOf(model, used.inputTokens, used.outputTokens);
  usage.calls++;
  usage.inputTokens += used.inputTokens;
  usage.outputTokens += used.outputTokens;
  usage.costUsd = usage.costUsd === null || costUsd === null ? null : usage.costUsd + costUsd;
  await deps.budget.settle(set.reservation, {
    tokens: used.inputTokens + used.outputTokens,
    costUsd: costUsd ?? 0,
  });
  return result;
}

/** What providers charge: nothing for a request they turned down, and for one that we hung up on, we do not know. */
function usedBy(result: ChatResult, estimate: ChatUsage): ChatUsage {
  switch (result.kind) {
    case "text":
      return (
        result.usage ?? {
          inputTokens: estimate.inputTokens,
          outputTokens: estimateTokens(result.text.length, 0),
        }
      );
    case "refused":
      return result.usage ?? { inputTokens: estimate.inputTokens, outputTokens: 0 };
    case "timed-out":
      return estimate;
    default:
      return { inputTokens: 0, outputTokens: 0 };
  }
}

/** A provider that answers, however badly, is up. */
async function noteHealth(ctx: Ctx, provider: Provider, result: ChatResult, deps: ModelDeps): Promise<void> {
  switch (result.kind) {
    case "unauthorized":
      return deps.breakers.leave(
        provider.name,
        { kind: "unauthorized", reason: "it refuses the key" },
        ctx.nowMs,
      );
    case "timed-out":
    case "rate-limited":
    case "failed":
      return deps.breakers.leave(provider.name, { kind: "failed", reason: result.kind }, ctx.nowMs);
    default:
      return deps.breakers.leave(provider.name, { kind: "answered" }, ctx.nowMs);
  }
}

function pauseBefore(tries: number, outcome: ChatResult, random: number): number {
  const told = outcome.kind === "rate-limited" ? outcome.waitMs : null;
  return told ?? firstPauseMs * 2 ** (tries - 1) * (0.5 + random);
}

function repairOf(spoilt: string, why: string): readonly ChatMessage[] {
  const shown: readonly ChatMessage[] =
    spoilt === "" ? [] : [{ role: "assistant", content: spoilt.slice(0, repairLength) }];
  return [
    ...shown,
    {
      role: "user",
      content: `That answer cannot be used: ${why}. Answer once more, with one JSON object of the asked form and nothing around it.`,
    },
  ];
}

import { askModel, type ModelDeps, type Question } from "../../models/index.ts";
import { isoTime } from "../../platform/clock.ts";
import type { Ctx } from "../../platform/context.ts";
import type { RedactionSalt } from "../../tenancy/index.ts";
import type { ModelWords } from "../explain-analysis.ts";
import type { Analysis, Explanation } from "../schemas.ts";
import { acceptClaims, wordsOfModel } from "./accept-claims.ts";
import { costOfUsage } from "./cost-of-usage.ts";
import { evidenceBlock } from "./evidence-block.ts";
import { fence, newDelimiter } from "./fence.ts";
import { ExplanationWords } from "./model-words.ts";
import { explanationPrompt } from "./prompts.ts";

export interface ExplainerDeps extends ModelDeps {
  redactionSalt: RedactionSalt;
}

/** Below the time a process claims an analysis for, with room to store what came of it. */
const budgetMs = 40_000;
const maxOutputTokens = 2_500;
const paragraphLength = 1_200;

function explanationQuestion(analysis: Analysis, tenantSalt: string): Question<typeof ExplanationWords> {
  const full = evidenceBlock(analysis, tenantSalt, "full");
  return {
    purpose: "explanation",
    speed: "deep",
    incidentId: analysis.incidentId,
    subject: [explanationPrompt, full.text],
    messages: (length) => {
      const { text } = length === "full" ? full : evidenceBlock(analysis, tenantSalt, "short");
      return [
        { role: "system", content: explanationPrompt },
        { role: "user", content: fence("DATA", text, newDelimiter()) },
      ];
    },
    form: { name: "explanation", schema: ExplanationWords },
    maxOutputTokens,
    budgetMs,
  };
}

/**
 * What a model makes of a ranked analysis. Only claims that cite its evidence stay; scores, ranks and causes are
 * not its to give, so a root cause that no ranked hypothesis stands on is struck, and then, as when there is no
 * answer, the explanation is absent and the rules' stands. Never throws for what a model does.
 */
export async function explainCauses(ctx: Ctx, analysis: Analysis, deps: ExplainerDeps): Promise<ModelWords> {
  const salt = await deps.redactionSalt(ctx.tenantId);
  const answer = await askModel(ctx, explanationQuestion(analysis, salt), deps);
  const cost = costOfUsage(answer.usage);
  const step = (outcome: string) => ({
    what: "asked a model to explain the ranked causes",
    at: isoTime(ctx.nowMs),
    tookMs: Math.round(answer.latencyMs),
    costUsd: cost.costUsd,
    outcome,
  });
  if (answer.kind === "unavailable") {
    return {
      explanation: undefined,
      cost,
      step: step(`no answer (${answer.reason}): the rules' words stand`),
    };
  }
  const explanation = hold(answer.value, analysis, salt, answer.model);
  if (explanation.rootCause === null && analysis.hypotheses.length > 0) {
    const outcome = `${explanation.struckClaims} claims struck, the cause among them: the rules' words stand`;
    return { explanation: undefined, cost, step: step(outcome) };
  }
  const from = answer.cached ? `${answer.model}, from the cache` : answer.model;
  return { explanation, cost, step: step(`explained by ${from}; ${explanation.struckClaims} claims struck`) };
}

/** The model's words held against the evidence. */
function hold(words: ExplanationWords, analysis: Analysis, salt: string, model: string): Explanation {
  const { ids } = evidenceBlock(analysis, salt, "full");
  const supporting = new Set(analysis.hypotheses.flatMap((one) => one.for));
  const ranked = new Map([...ids].filter(([, id]) => supporting.has(id)));
  const rootCause = acceptClaims(words.rootCause ? [words.rootCause] : [], ranked, salt);
  const affected = acceptClaims(words.affected, ids, salt);
  const steps = acceptClaims(words.steps, ids, salt, { advice: true });
  const prevention = acceptClaims(words.prevention, ids, salt, { advice: true });
  const paragraphs = [words.whatHappened, words.whatIsDone].map((one) =>
    wordsOfModel(one, salt, paragraphLength),
  );
  return {
    origin: "model",
    model,
    rootCause: rootCause.claims[0] ?? null,
    affected: affected.claims,
    steps: steps.claims,
    prevention: prevention.claims,
    summary: paragraphs.filter((one) => one !== "").join("\n\n"),
    struckClaims: rootCause.struck + affected.struck + steps.struck + prevention.struck,
  };
}

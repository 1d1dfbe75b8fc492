import { askModel } from "../../models/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { ModelAnswer } from "../ask-question.ts";
import type { Analysis } from "../schemas.ts";
import { wordsOfModel } from "./accept-claims.ts";
import { costOfUsage } from "./cost-of-usage.ts";
import { evidenceBlock } from "./evidence-block.ts";
import type { ExplainerDeps } from "./explain-causes.ts";
import { fence, newDelimiter } from "./fence.ts";
import { QuestionWords } from "./model-words.ts";
import { questionPrompt } from "./prompts.ts";
import { visibleText } from "./visible-text.ts";

/** A person waits, and the API's gateway gives up after half a minute. */
const budgetMs = 20_000;
const maxOutputTokens = 1_200;
const questionLength = 1_000;
const mostClaims = 8;

/**
 * A model's claims that answer a question about an incident, with the ids they cite, for the caller to hold against
 * the evidence; undefined where no model gave an answer. Never throws for what a model does.
 */
export async function answerQuestion(
  ctx: Ctx,
  question: string,
  analysis: Analysis,
  deps: ExplainerDeps,
): Promise<ModelAnswer | undefined> {
  const salt = await deps.redactionSalt(ctx.tenantId);
  const asked = `QUESTION ${JSON.stringify(visibleText(question, salt, questionLength))}`;
  const full = evidenceBlock(analysis, salt, "full");
  const answer = await askModel(
    ctx,
    {
      purpose: "question",
      speed: "deep",
      incidentId: analysis.incidentId,
      subject: [questionPrompt, full.text, asked],
      messages: (length) => {
        const { text } = length === "full" ? full : evidenceBlock(analysis, salt, "short");
        return [
          { role: "system", content: questionPrompt },
          { role: "user", content: fence("DATA", `${text}\n${asked}`, newDelimiter()) },
        ];
      },
      form: { name: "answer", schema: QuestionWords },
      maxOutputTokens,
      budgetMs,
    },
    deps,
  );
  if (answer.kind === "unavailable") return undefined;
  const claims = answer.value.claims.slice(0, mostClaims).map(({ text, evidence }) => ({
    text: wordsOfModel(text, salt),
    evidenceIds: evidence.map((name) => full.ids.get(name.trim()) ?? name),
  }));
  return { claims, cost: costOfUsage(answer.usage) };
}

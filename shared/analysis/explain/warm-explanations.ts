import { warmAnswers } from "../../models/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Analysis } from "../schemas.ts";
import { type ExplainerDeps, explanationQuestion } from "./explain-causes.ts";

/**
 * Asks ahead for what the analyses of open incidents will be asked, so that their explanations come from the cache;
 * stops where a budget or a provider does. Says how many were asked, and how many were there already.
 */
export async function warmExplanations(ctx: Ctx, analyses: readonly Analysis[], deps: ExplainerDeps) {
  const salt = await deps.redactionSalt(ctx.tenantId);
  return warmAnswers(
    ctx,
    analyses.map((analysis) => explanationQuestion(analysis, salt)),
    deps,
  );
}

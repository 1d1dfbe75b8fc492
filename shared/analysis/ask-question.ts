import type { Ctx } from "../platform/context.ts";
import { Conflict } from "../platform/errors.ts";
import { answerByRules } from "./answer-by-rules.ts";
import { type ReadDeps, readLatest } from "./read-analysis.ts";
import type { Analysis, AnalysisCost, Answer, Claim, QuestionInput } from "./schemas.ts";

/** A model's answer: claims as it made them, to be held against the evidence. */
export interface ModelAnswer {
  claims: { text: string; evidenceIds: string[] }[];
  cost: AnalysisCost;
}

export interface AskDeps extends ReadDeps {
  /** undefined where no model is set up, or this one gave no answer that holds. Never throws for what a model does. */
  askModel:
    | ((ctx: Ctx, question: string, analysis: Analysis) => Promise<ModelAnswer | undefined>)
    | undefined;
}

const noCost: AnalysisCost = { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };

/**
 * Answers a question about an incident from the evidence of its newest analysis and nothing else; every sentence
 * cites it. Throws Conflict while there is no analysis, NotFound outside the tenant.
 */
export async function askQuestion(
  ctx: Ctx,
  incidentId: string,
  { question }: QuestionInput,
  deps: AskDeps,
): Promise<Answer> {
  const { analysis } = await readLatest(ctx, incidentId, deps);
  if (!analysis) throw new Conflict("The incident is not analysed yet; ask again in a moment.");
  const said = await deps.askModel?.(ctx, question, analysis);
  const supported = said ? said.claims.flatMap((claim) => supportedBy(analysis, claim)) : [];
  const struckClaims = said ? said.claims.length - supported.length : 0;
  const fromModel = supported.length > 0;
  const claims = fromModel ? supported : answerByRules(question, analysis);
  const cited = new Set(claims.flatMap(({ evidenceIds }) => evidenceIds));
  return {
    question,
    claims,
    nothingFound:
      claims.length > 0
        ? null
        : "The evidence of this incident does not hold an answer. Ask about its cause, alerts, metrics, deployments or like incidents.",
    origin: fromModel ? "model" : "deterministic",
    analysisId: analysis.id,
    evidence: analysis.evidence.filter(({ id }) => cited.has(id)),
    struckClaims,
    cost: said?.cost ?? noCost,
  };
}

/** The claim with the ids that exist; none where it cites nothing that does. */
function supportedBy({ evidence }: Analysis, { text, evidenceIds }: Claim): Claim[] {
  const known = evidenceIds.filter((id) => evidence.some((piece) => piece.id === id));
  return known.length > 0 ? [{ text, evidenceIds: known }] : [];
}

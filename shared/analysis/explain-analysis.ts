import type { Publish } from "../platform/bus/publish.ts";
import type { Ctx } from "../platform/context.ts";
import type { Log } from "../platform/log.ts";
import type { AnalysisRecord, AnalysisStore } from "./analysis-store.ts";
import { completedEvent, tell } from "./run-analysis.ts";
import type { Analysis, AnalysisCost, AnalysisStep, Explanation } from "./schemas.ts";

/** What a model made of an analysis, or why it made nothing: then `explanation` is absent and the rules' stands. */
export interface ModelWords {
  explanation: Explanation | undefined;
  cost: AnalysisCost;
  step: AnalysisStep;
}

export interface ExplainDeps {
  analyses: AnalysisStore;
  /** undefined where no model is set up. Never throws for what a model does. */
  explain: ((ctx: Ctx, analysis: Analysis) => Promise<ModelWords>) | undefined;
  publish: Publish;
  log: Log;
  nowMs(): number;
}

/** "dropped": it is complete, another look is due before a model is asked, or somebody else is at it, whose own request comes again if it dies. */
export type ExplainOutcome = "complete" | "dropped";

/** Longer than a model is given, so a claim that still stands then is a dead process'. */
const claimMs = 60_000;

/**
 * Completes a ranked analysis with a model's words, asked once however often this is asked for; without a model,
 * or where its words do not hold, the rules' stand. Scores and ranks stay as they are.
 */
export async function explainAnalysis(
  ctx: Ctx,
  { incidentId, version }: Pick<Analysis, "incidentId" | "version">,
  deps: ExplainDeps,
): Promise<ExplainOutcome> {
  const { tenantId } = ctx;
  const found = await deps.analyses.find(tenantId, incidentId, version);
  if (!found || found.record.status === "complete" || found.claimedUntilMs > deps.nowMs()) return "dropped";
  const head = await deps.analyses.head(tenantId, incidentId);
  if (head.nextLookMs > deps.nowMs()) return "dropped";
  const untilMs = deps.nowMs() + claimMs;
  const claimed = await deps.analyses.claim(tenantId, found.record, found.writes, untilMs);
  if (claimed === "lost") return "dropped";
  const analysis = await deps.analyses.read(tenantId, incidentId, version);
  if (!analysis) return "dropped";
  const { evidence, ...record } = analysis;
  const words = await deps.explain?.(ctx, analysis);
  const complete = completed(record, words);
  const event = completedEvent({ ...ctx, nowMs: deps.nowMs() }, complete, evidence.length);
  const saved = await deps.analyses.replace(tenantId, complete, found.writes + 1, [event]);
  if (saved === "saved") await tell(ctx, complete, [event], deps);
  return "complete";
}

function completed(record: AnalysisRecord, words: ModelWords | undefined): AnalysisRecord {
  if (!words) return { ...record, status: "complete" };
  return {
    ...record,
    status: "complete",
    explanation: words.explanation ?? record.explanation,
    cost: words.cost,
    steps: [...record.steps, words.step],
  };
}

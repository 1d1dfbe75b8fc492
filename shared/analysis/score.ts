import type { Feedback, Hypothesis, ScoreParts } from "./schemas.ts";
import { scoreWeights } from "./schemas.ts";

/** Where nobody has judged yet. */
export const unjudged = 0.5;

/** Parts by weight, plus what the refutation moved, held to 0 … 1. */
export function scoreOf(parts: ScoreParts, moved: number): number {
  const parted = Object.entries(scoreWeights).reduce(
    (sum, [name, weight]) => sum + weight * parts[name as keyof ScoreParts],
    0,
  );
  return Math.round(Math.min(1, Math.max(0, parted + moved)) * 1000) / 1000;
}

/** The likeliest first; of equals the one that was ranked before the other stays before it. */
export function ranked(hypotheses: readonly Omit<Hypothesis, "rank">[]): Hypothesis[] {
  return [...hypotheses]
    .sort((a, b) => b.score - a.score)
    .map((hypothesis, i) => ({ ...hypothesis, rank: i + 1 }));
}

/** The hypotheses as people judged them: what is accepted gains, what is rejected or corrected loses. */
export function judged(
  hypotheses: readonly Hypothesis[],
  feedback: ReadonlyMap<string, Feedback>,
): Hypothesis[] {
  const inOrder = [...hypotheses].sort((a, b) => a.rank - b.rank);
  return ranked(
    inOrder.map((hypothesis) => {
      const said = feedback.get(hypothesis.id);
      if (!said) return hypothesis;
      const humanValidation = said.verdict === "accepted" ? 1 : 0;
      const parts = { ...hypothesis.parts, humanValidation };
      return { ...hypothesis, parts, score: scoreOf(parts, hypothesis.refutation.moved), feedback: said };
    }),
  );
}

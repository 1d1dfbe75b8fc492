import type { CauseCase } from "../../../shared/analysis/ranking/case.ts";
import { gatherFindings, rankCauses } from "../../../shared/analysis/ranking/rank-causes.ts";
import { weighFindings } from "../../../shared/analysis/ranking/weigh-findings.ts";
import { median } from "../report.ts";
import { baselines } from "./baselines.ts";
import { crossValidated, folds } from "./cross-validation.ts";
import { interval } from "./interval.ts";
import type { Answer, LabelledCase } from "./labelled-cases.ts";
import { type CauseScore, type Ranks, ranksOf, scoreRanks } from "./score.ts";
import { metricsOnly, renamed, withDeployments, without } from "./variants.ts";

export interface MeasuredCauses {
  ours: CauseScore;
  /** 95 % bootstrap intervals of the headline's recall@1 and recall@3. */
  intervals: { r1: [number, number]; r3: [number, number] };
  crossValidated: Record<string, CauseScore>;
  baselines: Record<string, CauseScore>;
  variants: Record<string, CauseScore>;
  medianMs: number;
  slowestMs: number;
}

/** How often deployments are drawn anew; they change what findings are worth, not the findings. */
const draws = 10;

/** Scores the ranking, its variants and its baselines on the same cases. */
export function measureCauses(cases: readonly LabelledCase[]): MeasuredCauses {
  rankAll(cases.slice(0, 8), rankCauses);
  const { ranks, ms } = rankAll(cases, rankCauses);
  const scoreOf = (list: readonly LabelledCase[]) => scoreRanks(rankAll(list, rankCauses).ranks);
  const findings = cases.map(({ given }) => gatherFindings(given));
  const scoreDeployed = (own: boolean) =>
    scoreRanks(
      Array.from({ length: draws }, (_, draw) =>
        withDeployments(cases, draw, own).map(({ given, truth }, i) =>
          ranksOf(truth, { id: given.id, ranked: weighFindings(given, findings[i] ?? []) }),
        ),
      ).flat(),
    );
  return {
    ours: scoreRanks(ranks),
    intervals: {
      r1: interval(ranks, ({ headline }) => headline.r1),
      r3: interval(ranks, ({ headline }) => headline.r3),
    },
    crossValidated: Object.fromEntries(
      Object.entries(folds).map(([name, foldOf]) => [name, crossValidated(cases, foldOf)]),
    ),
    baselines: Object.fromEntries(
      Object.entries(baselines).map(([name, rank]) => [name, scoreRanks(rankAll(cases, rank).ranks)]),
    ),
    variants: {
      "services renamed": scoreOf(cases.map(renamed)),
      "unrelated deployments": scoreDeployed(false),
      "and in half the cases its own": scoreDeployed(true),
      "without logs": scoreOf(cases.map(without("logs"))),
      "without traces": scoreOf(cases.map(without("traces"))),
      "metrics only, no graph": scoreOf(cases.map(metricsOnly)),
    },
    medianMs: median(ms),
    slowestMs: Math.max(...ms),
  };
}

function rankAll(
  cases: readonly LabelledCase[],
  rank: (given: CauseCase) => Answer["ranked"],
): { ranks: Ranks[]; ms: number[] } {
  const ms: number[] = [];
  const ranks = cases.map(({ given, truth }) => {
    const start = performance.now();
    const ranked = rank(given);
    ms.push(performance.now() - start);
    return ranksOf(truth, { id: given.id, ranked });
  });
  return { ranks, ms };
}

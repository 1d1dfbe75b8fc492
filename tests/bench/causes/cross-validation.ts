import type { CauseCase } from "../../../shared/analysis/ranking/case.ts";
import {
  type Finding,
  type FindingKind,
  type Weights,
  weights,
} from "../../../shared/analysis/ranking/finding.ts";
import { gatherFindings } from "../../../shared/analysis/ranking/rank-causes.ts";
import { weighFindings } from "../../../shared/analysis/ranking/weigh-findings.ts";
import { type LabelledCase, systemOf, type Truth } from "./labelled-cases.ts";
import { type CauseScore, type Ranks, ranksOf, scoreRanks } from "./score.ts";

interface Evidence {
  given: CauseCase;
  truth: Truth;
  findings: Finding[];
}

/** Cases that are left out together when the weights are chosen anew on all others. */
export const folds: Record<string, (truth: Truth) => string> = {
  "leaving out a system": systemOf,
  "leaving out a culprit": ({ service }) => service,
};

/** Every case scored with weights that were chosen, from equal ones, without its fold. */
export function crossValidated(cases: readonly LabelledCase[], foldOf: (truth: Truth) => string): CauseScore {
  const evidence = cases.map(({ given, truth }) => ({
    given: bare(given),
    truth,
    findings: strongest(gatherFindings(given)),
  }));
  const names = [...new Set(cases.map(({ truth }) => foldOf(truth)))];
  return scoreRanks(
    names.flatMap((fold) => {
      const chosen = chooseWeights(evidence.filter(({ truth }) => foldOf(truth) !== fold));
      return evidence.filter(({ truth }) => foldOf(truth) === fold).map((one) => rank(one, chosen));
    }),
  );
}

const kinds = Object.keys(weights) as FindingKind[];
const factors = [0.5, 0.7, 1.4, 2];
const rounds = 2;

/** Coordinate search from equal weights for the best mean reciprocal rank. */
function chooseWeights(evidence: readonly Evidence[]): Weights {
  let chosen = Object.fromEntries(kinds.map((kind) => [kind, 1])) as Record<FindingKind, number>;
  let best = quality(evidence, chosen);
  for (let round = 0; round < rounds; round++)
    for (const kind of kinds)
      for (const factor of factors) {
        const tried = { ...chosen, [kind]: chosen[kind] * factor };
        const reached = quality(evidence, tried);
        if (reached > best) {
          best = reached;
          chosen = tried;
        }
      }
  return chosen;
}

/** Mean over systems of the mean reciprocal rank, so that a large system does not outvote a small one. */
function quality(evidence: readonly Evidence[], chosen: Weights): number {
  const { groups } = scoreRanks(evidence.map((one) => rank(one, chosen)));
  const systems = [...new Set(evidence.map(({ truth }) => systemOf(truth)))];
  return systems.reduce((sum, system) => sum + (groups[system]?.service.mrr ?? 0), 0);
}

function rank({ given, truth, findings }: Evidence, chosen: Weights): Ranks {
  return ranksOf(truth, { id: given.id, ranked: weighFindings(given, findings, chosen) });
}

/** Only the strongest finding of a kind counts for a service; dropping the others keeps the search quick. */
function strongest(findings: readonly Finding[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.kind} ${finding.service}`;
    if (finding.strength > (found.get(key)?.strength ?? 0)) found.set(key, finding);
  }
  return [...found.values()];
}

/** Weighing needs who there is and who calls whom, not the measurements. */
function bare(given: CauseCase): CauseCase {
  const traced = (given.traces?.spans ?? []).flatMap(({ parentService, service }): [string, string][] =>
    parentService === null || parentService === service ? [] : [[parentService, service]],
  );
  const edges = new Map([...given.graph.edges, ...traced].map((edge) => [JSON.stringify(edge), edge]));
  const services = new Set(given.series.map(({ service }) => service));
  return {
    ...given,
    graph: { nodes: [...given.graph.nodes, ...services], edges: [...edges.values()] },
    series: [],
    traces: null,
    logs: null,
  };
}

import type { CauseCase } from "../../../shared/analysis/ranking/case.ts";
import { metricChange } from "../../../shared/analysis/ranking/metric-change.ts";
import { topologyOf } from "../../../shared/analysis/ranking/topology.ts";
import type { Answer } from "./labelled-cases.ts";
import { seededRandom } from "./random.ts";

/** Rankings one would reach for first. */
export const baselines: Record<string, (given: CauseCase) => Answer["ranked"]> = {
  random: ({ id, graph }) => {
    const random = seededRandom([...id].reduce((sum, letter) => sum * 31 + (letter.codePointAt(0) ?? 0), 7));
    return sorted(graph.nodes.map((service) => ({ service, score: random() })));
  },
  "largest change": (given) => sorted(changes(given)),
  "change by graph distance": (given) => {
    const { distance } = topologyOf(given);
    return sorted(
      changes(given).map((change) => ({
        ...change,
        score: change.score / (1 + (distance(change.service) ?? given.graph.nodes.length)),
      })),
    );
  },
};

/** Every series but the alerting service's, by how far it left its history. */
const changes = ({ series, alertTime, target }: CauseCase) =>
  series
    .filter(({ service }) => service !== target.service)
    .map((one) => ({
      service: one.service,
      metric: one.metric,
      score: Math.abs(metricChange(one, alertTime).strength),
    }));

const sorted = <T extends { score: number }>(ranked: T[]): T[] => ranked.sort((a, b) => b.score - a.score);

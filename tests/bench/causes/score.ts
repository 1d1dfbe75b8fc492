import { type Answer, headlineSystems, systemOf, type Truth } from "./labelled-cases.ts";

export interface Recall {
  n: number;
  r1: number;
  r3: number;
  mrr: number;
}

export interface GroupScore {
  service: Recall;
  /** Of the cases whose truth names metrics. */
  pair?: Recall;
}

/** Rank of the true service among the services without repeats, and of the first true pair; 0 for not there. */
export interface Ranks {
  truth: Truth;
  service: number;
  pair: number | undefined;
}

export interface CauseScore {
  groups: Record<string, GroupScore>;
  headline: Omit<Recall, "n">;
}

const lowestRank = 10;

export function ranksOf(truth: Truth, answer: Answer | undefined): Ranks {
  const ranked = answer?.ranked ?? [];
  const services = [...new Set(ranked.map(({ service }) => service))];
  const isTrue = ({ service, metric }: Answer["ranked"][number]) =>
    service === truth.service && metric !== undefined && truth.metrics?.includes(metric) === true;
  return {
    truth,
    service: services.indexOf(truth.service) + 1,
    pair: truth.metrics ? withoutRepeats(ranked).findIndex(isTrue) + 1 : undefined,
  };
}

function withoutRepeats(ranked: Answer["ranked"]): Answer["ranked"] {
  return [...new Map(ranked.map((one) => [JSON.stringify([one.service, one.metric]), one])).values()];
}

/** Scores by system, by group and by kind of fault. */
export function scoreRanks(all: readonly Ranks[]): CauseScore {
  const byGroup = new Map<string, Ranks[]>();
  for (const ranks of all)
    for (const group of groupsOf(ranks.truth)) byGroup.set(group, [...(byGroup.get(group) ?? []), ranks]);
  const groups = Object.fromEntries(
    [...byGroup].map(([group, ranks]): [string, GroupScore] => {
      const pairs = ranks.flatMap(({ pair }) => (pair === undefined ? [] : [pair]));
      const service = recallOf(ranks.map((one) => one.service));
      return [group, pairs.length > 0 ? { service, pair: recallOf(pairs) } : { service }];
    }),
  );
  const mean = (pick: (recall: Recall) => number) =>
    headlineSystems.reduce((sum, system) => sum + pick(groups[system]?.service ?? nothing), 0) /
    headlineSystems.length;
  return {
    groups,
    headline: { r1: mean(({ r1 }) => r1), r3: mean(({ r3 }) => r3), mrr: mean(({ mrr }) => mrr) },
  };
}

const nothing: Recall = { n: 0, r1: 0, r3: 0, mrr: 0 };

function groupsOf(truth: Truth): string[] {
  const kind = truth.kind ? [`${truth.group}/${truth.kind}`] : [];
  return [...new Set(["all", systemOf(truth), truth.group, ...kind])];
}

function recallOf(ranks: readonly number[]): Recall {
  const share = (lowest: number) => ranks.filter((rank) => rank > 0 && rank <= lowest).length / ranks.length;
  const reciprocal = ranks.reduce((sum, rank) => sum + (rank > 0 && rank <= lowestRank ? 1 / rank : 0), 0);
  return { n: ranks.length, r1: share(1), r3: share(3), mrr: reciprocal / ranks.length };
}

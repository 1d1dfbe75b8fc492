import { familyOf, type LabelledSeries } from "./labelled-series.ts";
import { type CorpusScore, scoreSeries, totalOf } from "./score.ts";

export interface Scored {
  series: LabelledSeries;
  score: ArrayLike<number>;
}

/** One alarm per event: a loud point opens it, and it stays open while the next one comes soon enough. */
export function alarmsAbove({ series, score }: Scored, threshold: number, quietMs: number): Uint8Array {
  const alarm = new Uint8Array(score.length);
  let openUntil = Number.NEGATIVE_INFINITY;
  series.timestamps.forEach((timeMs, t) => {
    if (!((score[t] as number) >= threshold)) return;
    if (timeMs > openUntil) alarm[t] = 1;
    openUntil = timeMs + quietMs;
  });
  return alarm;
}

const totalAt = (all: readonly Scored[], threshold: number, quietMs: number) =>
  totalOf(all.map((one) => scoreSeries(one.series, alarmsAbove(one, threshold, quietMs))));

function gridOf(all: readonly Scored[]): number[] {
  const sample = all
    .flatMap(({ score }) => Array.from(score).filter((_, t) => t % 5 === 0))
    .sort((a, b) => b - a);
  const shares = [0.0002, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.008, 0.012, 0.02, 0.04];
  return shares.map((share) => sample[Math.floor(share * sample.length)] ?? 0);
}

/** The best a score can do on a corpus with a threshold fitted to its labels: what flatters the peers. */
export function bestOf(all: readonly Scored[], quietMs: number): CorpusScore {
  const totals = gridOf(all).map((threshold) => totalAt(all, threshold, quietMs));
  return totals.reduce((best, total) => (total.eventF1 > best.eventF1 ? total : best));
}

/**
 * Leaves out one family of series after the other, takes the threshold that is best on the rest of all corpora, and
 * scores the family with it: what a threshold is worth on series it was not chosen on.
 */
export function crossValidated(
  corpora: readonly Scored[][],
  thresholds: readonly number[],
  quietMs: number,
): CorpusScore[] {
  const table = corpora.map((corpus) =>
    corpus.map((one) => ({
      family: familyOf(one.series),
      at: thresholds.map((threshold) => scoreSeries(one.series, alarmsAbove(one, threshold, quietMs))),
    })),
  );
  return table.map((corpus) => {
    const families = [...new Set(corpus.map(({ family }) => family))];
    return totalOf(
      families.flatMap((left) => {
        const worth = thresholds.map((_, k) =>
          table.reduce((sum, other) => {
            const kept = other.filter(({ family }) => families.length === 1 || family !== left);
            return sum + totalOf(kept.map(({ at }) => at[k] as (typeof at)[number])).eventF1;
          }, 0),
        );
        const best = worth.indexOf(Math.max(...worth));
        return corpus
          .filter(({ family }) => family === left)
          .map(({ at }) => at[best] as (typeof at)[number]);
      }),
    );
  });
}

import { judgeSeries } from "../../../infra/detect/judge-series.ts";
import { syntheticSeries } from "../../../shared/anomalies/synthetic-faults.ts";
import { type LabelledSeries, metricCorpora, readCorpus, vectorCorpora } from "./labelled-series.ts";
import { refitted } from "./refit.ts";
import { type CorpusScore, scoreSeries, totalOf } from "./score.ts";
import { crossValidated, type Scored } from "./thresholds.ts";

export interface Measured {
  /** At the frozen configuration. */
  fitted: CorpusScore;
  /** With what was fitted chosen anew on other families of series: strengths of the features, threshold of services. */
  leftOut?: CorpusScore;
}

const otherSeeds = ["unseen-1", "unseen-2", "unseen-3", "unseen-4"];
const seriesPerSeed = 60;
const quietMs = 8 * 3_600_000;
const thresholds = Array.from({ length: 13 }, (_, i) => 2.8 + 0.2 * i);

function judged(all: readonly LabelledSeries[]): { fitted: CorpusScore; scored: Scored[] } {
  const judgements = all.map((series) => ({ series, ...judgeSeries(series, 0) }));
  return {
    fitted: totalOf(judgements.map(({ series, alarm }) => scoreSeries(series, alarm))),
    scored: judgements.map(({ series, score }) => ({ series, score })),
  };
}

/** Scores the detector on every corpus, and on synthetic seeds that nothing was tuned on. */
export function measureDetector(data: string): Record<string, Measured> {
  const corpora = metricCorpora.map((corpus) => readCorpus(data, corpus));
  const leftOut = refitted(corpora);
  const vectors = judged(vectorCorpora.flatMap((corpus) => readCorpus(data, corpus)));
  const [vectorsLeftOut] = crossValidated([vectors.scored], thresholds, quietMs);
  const unseen = otherSeeds.flatMap((seed) =>
    Array.from({ length: seriesPerSeed }, (_, k) => syntheticSeries(seed, k)),
  );
  return {
    ...Object.fromEntries(
      metricCorpora.map((corpus, i) => {
        const { fitted } = judged(corpora[i] ?? []);
        return [corpus, { fitted, ...(leftOut[i] ? { leftOut: leftOut[i] } : {}) }];
      }),
    ),
    "synthetic, other seeds": { fitted: judged(unseen).fitted },
    vectors: { fitted: vectors.fitted, ...(vectorsLeftOut ? { leftOut: vectorsLeftOut } : {}) },
  };
}

import { decide, quietMsOf, scoreOf } from "../../../shared/anomalies/decision.ts";
import { MetricDetector } from "../../../shared/anomalies/index.ts";
import { alarmAt, decision, type Feature, features } from "../../../shared/anomalies/settings.ts";
import { exact } from "../../../shared/anomalies/state.ts";
import { Random } from "../../../shared/anomalies/synthetic-faults.ts";
import { familyOf, type LabelledSeries } from "./labelled-series.ts";
import { type CorpusScore, type SeriesScore, scoreSeries, totalOf } from "./score.ts";

/** The points of a series that could alarm at any strengths tried, and what each feature said about them. */
interface Loud {
  series: LabelledSeries;
  family: string;
  intervalMs: number;
  points: number[];
  strengths: Float64Array[];
}

/** Features that share a strength, and a value to begin with that favours none: ten to the minus six, a twentieth. */
const tied: { features: Feature[]; neutral: number }[] = [
  { features: ["up", "down"], neutral: 6 },
  { features: ["short-level"], neutral: 6 },
  { features: ["level"], neutral: 6 },
  { features: ["long-level"], neutral: 6 },
  { features: ["variance"], neutral: 6 },
  { features: ["flatline"], neutral: 6 },
  { features: ["record-high", "record-low"], neutral: 0.05 },
];
const steps = 120;
const quietest = 0.5;
const targets = { nabStandard: 68, nab: 0.72, microsoft: 0.63, synthetic: 0.88 };

function loudPoints(series: LabelledSeries): Loud {
  const detector = new MetricDetector();
  const points: number[] = [];
  const strengths: Float64Array[] = [];
  series.timestamps.forEach((timeMs, t) => {
    const { score } = detector.observe(timeMs, series.values[t] as number | null);
    if (score < quietest * decision.thresholds.medium) return;
    points.push(t);
    strengths.push(detector.strengths.slice());
  });
  const intervalMs = detector.state.exact[exact.intervalMs];
  return { series, family: familyOf(series), intervalMs, points, strengths };
}

function scoreWith(
  { series, intervalMs, points, strengths }: Loud,
  perFeature: readonly number[],
): SeriesScore {
  const alarm = new Uint8Array(series.timestamps.length);
  const standing = { openUntilMs: -Number.MAX_VALUE, peak: 0 };
  const quietMs = quietMsOf(intervalMs);
  points.forEach((t, i) => {
    const { score } = scoreOf(strengths[i] as Float64Array, intervalMs, perFeature);
    const timeMs = series.timestamps[t] as number;
    if (decide(standing, score, timeMs, quietMs, decision.thresholds.medium)) alarm[t] = 1;
  });
  return scoreSeries(series, alarm);
}

/** How near the corpora are to their targets, on average. */
function worthOf(all: readonly Loud[], perFeature: readonly number[]): number {
  const scores = all.map((one) => ({ corpus: one.series.corpus, score: scoreWith(one, perFeature) }));
  const total = (corpus: string) =>
    totalOf(scores.flatMap((one) => (one.corpus === corpus ? [one.score] : [])));
  const nab = total("nab");
  return (
    nab.nab.standard / targets.nabStandard / 2 +
    nab.eventF1 / targets.nab / 2 +
    total("microsoft").eventF1 / targets.microsoft +
    total("synthetic").eventF1 / targets.synthetic
  );
}

/** Strengths chosen on these series alone, by random steps from neutral values. */
function chosenOn(all: readonly Loud[]): number[] {
  const random = new Random("strengths");
  let best = tied.map(({ neutral }) => neutral);
  let worth = worthOf(all, spread(best));
  for (let step = 0; step < steps; step++) {
    const wide = step < steps / 2 ? 0.5 : 0.2;
    const next = best.map((value) =>
      random.uniform() < 0.4 ? value * Math.exp(wide * random.normal()) : value,
    );
    const found = worthOf(all, spread(next));
    if (found > worth) [best, worth] = [next, found];
  }
  return spread(best);
}

function spread(chosen: readonly number[]): number[] {
  return features.map((feature) => {
    const at = tied.findIndex(({ features: together }) => together.includes(feature));
    return chosen[at] ?? alarmAt[feature];
  });
}

/**
 * What the detector is worth on families it was not fitted to: leaves out one family of series after the other, chooses
 * the strengths of all features anew on the rest of all corpora, and scores the family with them. Corpora of one family
 * have none to leave out.
 */
export function refitted(corpora: readonly (readonly LabelledSeries[])[]): (CorpusScore | undefined)[] {
  const loud = corpora.map((corpus) => corpus.map(loudPoints));
  const everything = loud.flat();
  return loud.map((corpus) => {
    const families = [...new Set(corpus.map(({ family }) => family))];
    if (families.length < 2) return undefined;
    return totalOf(
      families.flatMap((left) => {
        const others = everything.filter((one) => !corpus.includes(one) || one.family !== left);
        const strengths = chosenOn(others);
        return corpus.filter(({ family }) => family === left).map((one) => scoreWith(one, strengths));
      }),
    );
  });
}

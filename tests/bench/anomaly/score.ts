import type { LabelledSeries } from "./labelled-series.ts";

/** What a hit, a miss and a false alarm weigh in the NAB score (Lavin & Ahmad 2015). */
export const profiles = {
  standard: { hit: 1, miss: 1, false: 0.11 },
  lowFalsePositives: { hit: 1, miss: 1, false: 0.22 },
  lowFalseNegatives: { hit: 1, miss: 2, false: 0.11 },
} as const;
export type Profile = keyof typeof profiles;
export const profileNames = Object.keys(profiles) as Profile[];

export interface SeriesScore {
  tp: number;
  fp: number;
  fn: number;
  /** Points from the start of a window to its first alarm, of each hit window. */
  delays: number[];
  weeks: number;
  windows: number;
  raw: Record<Profile, number>;
  byType: Record<string, { hit: number; of: number }>;
}

export interface CorpusScore {
  series: number;
  tp: number;
  fp: number;
  fn: number;
  eventF1: number;
  falsePerWeek: number;
  medianDelay: number;
  nab: Record<Profile, number>;
  byType: Record<string, { hit: number; of: number }>;
}

const weekMs = 604_800_000;
const sigma = (y: number) => (y > 3 ? -1 : 2 / (1 + Math.exp(5 * y)) - 1);
const emptyRaw = (): Record<Profile, number> => ({ standard: 0, lowFalsePositives: 0, lowFalseNegatives: 0 });

function kindOf(byType: SeriesScore["byType"], type: string): { hit: number; of: number } {
  byType[type] ??= { hit: 0, of: 0 };
  return byType[type];
}

/** The leading points in which nothing is scored. */
export function probationOf({ kind, train, timestamps }: LabelledSeries): number {
  return kind === "vector" ? (train ?? 0) : Math.min(Math.floor(0.15 * timestamps.length), 750);
}

/** Scores the alarms of one series: events hit and missed, false alerts, and its part of the NAB score. */
export function scoreSeries(series: LabelledSeries, alarm: ArrayLike<number | boolean>): SeriesScore {
  const { windows, timestamps, types, kind, intervalPoints } = series;
  const start = probationOf(series);
  const alarms: number[] = [];
  for (let t = start; t < timestamps.length; t++) if (alarm[t]) alarms.push(t);
  const score: SeriesScore = {
    tp: 0,
    fp: 0,
    fn: 0,
    delays: [],
    weeks: ((timestamps.at(-1) ?? 0) - (timestamps[kind === "vector" ? start : 0] ?? 0)) / weekMs,
    windows: windows.length,
    raw: emptyRaw(),
    byType: {},
  };
  windows.forEach(([first, last], i) => {
    if (last >= start) scoreWindow(score, alarms, [first, last], types?.[i] ?? "event");
  });
  let covered = -1;
  for (const t of alarms) {
    if (windows.some(([first, last]) => t >= first && t <= last)) continue;
    if (t > covered) {
      score.fp++;
      covered = t + intervalPoints - 1;
    }
    const before = windows.findLast(([, last]) => last < t);
    const worth = before ? sigma((t - before[1]) / (before[1] - before[0])) : -1;
    for (const name of profileNames) score.raw[name] += profiles[name].false * worth;
  }
  return score;
}

function scoreWindow(
  score: SeriesScore,
  alarms: number[],
  [first, last]: [number, number],
  type: string,
): void {
  const hit = alarms.find((t) => t >= first && t <= last);
  const seen = kindOf(score.byType, type);
  seen.of++;
  if (hit === undefined) {
    score.fn++;
    for (const name of profileNames) score.raw[name] -= profiles[name].miss;
    return;
  }
  seen.hit++;
  score.tp++;
  score.delays.push(hit - first);
  const worth = sigma(-(last - hit + 1) / (last - first + 1)) / sigma(-1);
  for (const name of profileNames) score.raw[name] += profiles[name].hit * worth;
}

/** The sums of a corpus and the figures that come of them. */
export function totalOf(scores: readonly SeriesScore[]): CorpusScore {
  const sum = (pick: (score: SeriesScore) => number) => scores.reduce((all, score) => all + pick(score), 0);
  const [tp, fp, fn] = [sum((s) => s.tp), sum((s) => s.fp), sum((s) => s.fn)];
  const delays = scores.flatMap((score) => score.delays).sort((a, b) => a - b);
  const middle = delays.length >> 1;
  const upper = delays[middle] ?? Number.NaN;
  const nab = emptyRaw();
  for (const name of profileNames) {
    const silent = -profiles[name].miss * (tp + fn);
    const perfect = profiles[name].hit * sum((score) => score.windows);
    nab[name] = (100 * (sum((score) => score.raw[name]) - silent)) / (perfect - silent);
  }
  const byType: CorpusScore["byType"] = {};
  for (const score of scores)
    for (const [type, { hit, of }] of Object.entries(score.byType)) {
      const seen = kindOf(byType, type);
      seen.hit += hit;
      seen.of += of;
    }
  return {
    series: scores.length,
    tp,
    fp,
    fn,
    eventF1: tp === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn),
    falsePerWeek: fp / sum((score) => score.weeks),
    medianDelay: delays.length % 2 === 1 ? upper : ((delays[middle - 1] ?? Number.NaN) + upper) / 2,
    nab,
    byType,
  };
}

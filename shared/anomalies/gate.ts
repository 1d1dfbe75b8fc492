import { rankOf } from "./anomaly-life.ts";
import type { Sample } from "./sample.ts";
import type { Gate } from "./schemas.ts";
import { cleanSeries, faultTypes, foundAfter, inject, Random, syntheticSeries } from "./synthetic-faults.ts";
import { type Change, SeriesWatch, VectorWatch } from "./watch.ts";

/** A detector pages for a class of metrics only where it finds injected faults at least this well. */
export const requiredF1 = 0.85;

export type Corpus = Gate["corpora"][number];
/** Columns of equal length, the times in order; null is a minute without a sample. */
export interface Columns {
  timesMs: number[];
  metrics: (number | null)[][];
}
interface Trial extends Columns {
  windows: [number, number][];
  types: string[];
  /** What comes before teaches and is not judged. */
  from: number;
}

export const gateSeed = "sentinelops";
const syntheticCount = 120;
const syntheticServices = 8;
const metricsPerService = 12;
const probation = 604;
const firstFaultShare = 0.45;
/** The longest fault, and so much quiet that the next is an event of its own. */
const faultSpacing = 280;
const mostFaults = 4;
/** Each history is tried this often, with other faults each time. */
const variants = 6;
const fewestFaults = 12;
/** The share of a service's metrics that a fault of the service shows in. */
const touched = 0.5;

/** The seeded synthetic series of the product's own judgement, run through the product's own way to an anomaly. */
export function syntheticCorpus(seed = gateSeed): Corpus {
  const trials = Array.from({ length: syntheticCount }, (_, k): Trial => {
    const { timestamps, values, windows, types } = syntheticSeries(seed, k);
    return { timesMs: timestamps, metrics: [values], windows, types, from: probation };
  });
  return corpusOf("synthetic", seed, trials);
}

/** The same for services: synthetic metrics side by side, with faults that show in some of them. */
function syntheticServiceCorpus(seed = gateSeed): Corpus {
  const trials = Array.from({ length: syntheticServices }, (_, k) => {
    const random = new Random(`${seed}:service:${k}`);
    const all = Array.from({ length: metricsPerService }, () => cleanSeries(random));
    const timesMs = all[0]?.values.map((_, t) => Date.UTC(2024, 0, 1) + t * 300_000) ?? [];
    return withFaults(
      { timesMs, metrics: all.map(({ values }) => values) },
      random,
      all.map(({ noise }) => noise),
    );
  });
  return corpusOf("synthetic", seed, trials);
}

/** The synthetic corpora, which are the same for every tenant, each made at its first use. */
export interface SyntheticCorpora {
  series(): Corpus;
  services(): Corpus;
}
export function makeSyntheticCorpora(): SyntheticCorpora {
  let series: Corpus | undefined;
  let services: Corpus | undefined;
  return {
    series() {
      series ??= syntheticCorpus();
      return series;
    },
    services() {
      services ??= syntheticServiceCorpus();
      return services;
    },
  };
}

/**
 * Faults put into what a tenant's own series were like: whether the detector would find them there, and how often it
 * speaks of what nobody put in. Histories too short, too quiet to have a scale or too few for enough faults are left
 * out.
 */
export function ownHistoryCorpus(histories: readonly Columns[], seed: string): Corpus {
  const trials = histories.flatMap((history, k) => {
    const scales = history.metrics.map(noiseOf);
    if (!scales.some((scale) => scale > 0)) return [];
    return Array.from({ length: variants }, (_, v) =>
      withFaults(history, new Random(`${seed}:${k}:${v}`), scales),
    );
  });
  return corpusOf("own-history", seed, trials);
}

/** The gate of a class: the least of the corpora must reach the bar, and each must have put it to the test. */
export function gateOf(metricClass: string, corpora: readonly Corpus[], at: string): Gate {
  const short = corpora.find(({ faults }) => faults < fewestFaults);
  const worst = corpora.reduce((least, one) => (one.f1 < least.f1 ? one : least), corpora[0] as Corpus);
  const passed = !short && worst.f1 >= requiredF1;
  const reason = short
    ? `Too little history of this kind yet: ${short.faults} faults could be put into it, and ${fewestFaults} are the least.`
    : `Of ${worst.faults} faults put into ${worst.corpus === "synthetic" ? "synthetic series" : "own history"} it finds ${worst.found}, with ${worst.falseAlarms} false alarms: F1 ${worst.f1.toFixed(2)}, ${passed ? "which is enough" : `below the ${requiredF1} asked for`}.`;
  return { metricClass, at, corpora: [...corpora], requiredF1, passed, reason };
}

/** The scores of series as they are, for drift. */
export function scoresOf({ timesMs, metrics }: Columns): number[] {
  return metrics.flatMap((values) => {
    const watch = new SeriesWatch({ form: "direct" });
    return timesMs.map((timeMs, t) => watch.scoreOf(sampleOf(timeMs, values[t] ?? null)));
  });
}

function corpusOf(corpus: Corpus["corpus"], seed: string, trials: readonly Trial[]): Corpus {
  const sum = { faults: 0, found: 0, falseAlarms: 0 };
  for (const trial of trials) {
    const { found, falseAlarms } = judge(alarmsOf(trial), trial);
    sum.faults += trial.windows.length;
    sum.found += found;
    sum.falseAlarms += falseAlarms;
  }
  const f1 = sum.found === 0 ? 0 : (2 * sum.found) / (sum.found + sum.falseAlarms + sum.faults);
  return { corpus, seed, seriesCount: trials.length, ...sum, f1 };
}

/** Where the product would tell of an anomaly at medium sensitivity. */
function alarmsOf({ timesMs, metrics }: Columns): number[] {
  const told = new Set<number>();
  const tells = (changes: readonly Change[]) =>
    changes.some(({ kind, level, sinceMs }) => {
      if ((kind !== "opened" && kind !== "grew") || rankOf(level) > rankOf("medium") || told.has(sinceMs))
        return false;
      told.add(sinceMs);
      return true;
    });
  const [only = []] = metrics;
  if (metrics.length === 1) {
    const watch = new SeriesWatch({ form: "direct" });
    return timesMs.flatMap((timeMs, t) => {
      const sample = sampleOf(timeMs, only[t] ?? null);
      return sample && tells(watch.take(sample)) ? [t] : [];
    });
  }
  const watch = new VectorWatch(metrics.map(() => ({ form: "direct" })));
  return timesMs.flatMap((timeMs, t) =>
    tells(watch.take(metrics.map((values) => sampleOf(timeMs, values[t] ?? null)))) ? [t] : [],
  );
}

const sampleOf = (timeMs: number, value: number | null): Sample | undefined =>
  value === null ? undefined : { timeMs, value, count: 0 };

/** Windows hit, and the least number of intervals that cover the alarms outside windows. */
function judge(alarms: readonly number[], { windows, from }: Trial): { found: number; falseAlarms: number } {
  const hit = new Set<number>();
  let falseAlarms = 0;
  let coveredTo = -1;
  for (const t of alarms) {
    if (t < from) continue;
    const window = windows.findIndex(([first, last]) => t >= first && t <= last);
    if (window >= 0) hit.add(window);
    else if (t > coveredTo) {
      falseAlarms++;
      coveredTo = t + foundAfter - 1;
    }
  }
  return { found: hit.size, falseAlarms };
}

function withFaults({ timesMs, metrics }: Columns, random: Random, scales: readonly number[]): Trial {
  const first = Math.ceil(timesMs.length * firstFaultShare);
  const slots: number[] = [];
  for (let t = first; t + faultSpacing <= timesMs.length; t += faultSpacing) slots.push(t);
  for (let i = slots.length - 1; i > 0; i--) {
    const other = random.integer(0, i);
    [slots[i], slots[other]] = [slots[other] as number, slots[i] as number];
  }
  const faulty = metrics.map((values) => [...values]);
  const windows: [number, number][] = [];
  const types: string[] = [];
  for (const start of slots.slice(0, mostFaults).sort((a, b) => a - b)) {
    const type = random.choice(faultTypes);
    const deviations = 6 + 4 * random.uniform();
    let longest = 0;
    faulty.forEach((values, i) => {
      if (faulty.length > 1 && random.uniform() > touched) return;
      // Gaps stay gaps: the fault is put into what was sampled.
      const part = values.slice(start, start + faultSpacing).map((value) => value ?? Number.NaN);
      longest = Math.max(longest, inject(random, part, 0, type, deviations * (scales[i] ?? 0)));
      part.forEach((value, at) => {
        if (start + at < values.length) values[start + at] = Number.isNaN(value) ? null : value;
      });
    });
    if (longest === 0) continue;
    windows.push([start, start + longest - 1 + foundAfter]);
    types.push(type);
  }
  return { timesMs, metrics: faulty, windows, types, from: Math.floor(first / 2) };
}

const neighbourhood = 30;
const leastSamples = 500;

/** The standard deviation about a moving median: what is left of a series without its level and rhythm. */
function noiseOf(values: readonly (number | null)[]): number {
  const known = values.filter((value) => value !== null);
  if (known.length < leastSamples) return 0;
  const offs: number[] = [];
  for (let t = neighbourhood; t + neighbourhood < known.length; t += 5) {
    const near = known.slice(t - neighbourhood, t + neighbourhood + 1).sort((a, b) => a - b);
    offs.push(Math.abs((known[t] as number) - (near[neighbourhood] as number)));
  }
  offs.sort((a, b) => a - b);
  return 1.4826 * (offs[offs.length >> 1] ?? 0);
}

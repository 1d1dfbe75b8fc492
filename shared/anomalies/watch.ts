import {
  type Life,
  levelOf,
  lifeBytes,
  live,
  loadLife,
  type Outcome,
  type Step,
  saveLife,
  unborn,
} from "./anomaly-life.ts";
import { LevelAlarms, levelBytes } from "./level-alarms.ts";
import { type Rhythm, rhythmOf } from "./metric-class.ts";
import { MetricDetector } from "./metric-detector.ts";
import { type Sample, sampleMs, shownValue, type WatchedSeries } from "./sample.ts";
import { slot as at, exact as ex, loadState, saveState } from "./state.ts";
import { type Contributor, VectorDetector } from "./vector-detector.ts";

/** Something that happened to an anomaly, with what was seen at that moment. */
export interface Change {
  kind: Step["kind"] | "withdrawn";
  sinceMs: number;
  level: Step["level"];
  threshold: number;
  outcome: Outcome | "withdrawn" | null;
  atMs: number;
  value: number | null;
  expected: number | null;
  low: number | null;
  high: number | null;
  score: number;
  feature: string | null;
  rhythm: Rhythm;
  /** Members by position, most first; a single series has none. */
  contributors: Contributor[];
  /** What the members of a service showed then. */
  row: readonly (number | null)[] | null;
}

/** What follows samples one by one and remembers everything in `save`: the same bytes and samples, the same answers. */
export interface Watch<Entry> {
  take(entry: Entry): Change[];
  /** A person said that the last anomaly was none. */
  dismiss(): void;
  save(): Uint8Array;
}

const sampleBytes = 24;
const seriesHeadBytes = lifeBytes + levelBytes + sampleBytes;
const vectorHeadBytes = lifeBytes + 32;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const quietMs = 3 * hourMs;
const quietSamples = 48;
/** A dismissal raises a service's thresholds by this part, at most to twice the usual. */
const dismissedShare = 0.15;
const usualIntervalMs = sampleMs;

/** Samples stand for their minute, so a sender's jitter is not taken for an interval. */
const minuteOf = (timeMs: number) => Math.floor(timeMs / sampleMs) * sampleMs;

/**
 * Whether a detector is still finding out what is ordinary: nothing is told of what is new to this world, nor in the
 * hours after the first day, when a day's rhythm begins to count.
 */
function isLearning(sinceMs: number, timeMs: number, samples: number): boolean {
  const ageMs = timeMs - sinceMs;
  return samples < quietSamples || ageMs < quietMs || (ageMs >= dayMs && ageMs < dayMs + quietMs);
}

export class SeriesWatch implements Watch<Sample> {
  readonly #series: Pick<WatchedSeries, "form">;
  readonly #detector: MetricDetector;
  readonly #levels = new LevelAlarms();
  readonly #life: Life;
  #before: Sample | undefined;

  /** Goes on from saved bytes; those of another layout are a series' new beginning. */
  constructor(series: Pick<WatchedSeries, "form">, saved?: Uint8Array) {
    this.#series = series;
    const state = saved && loadState(saved.subarray(seriesHeadBytes));
    this.#detector = new MetricDetector(state);
    this.#life = saved && state ? loadLife(saved) : unborn();
    this.#before = saved && readSample(saved.subarray(lifeBytes + levelBytes));
    if (saved && state) this.#levels.load(saved.subarray(lifeBytes));
  }

  take(sample: Sample): Change[] {
    const value = shownValue(this.#series, this.#before, sample);
    this.#before = sample;
    if (value === null) return [];
    const timeMs = minuteOf(sample.timeMs);
    const { score, alarm, expected, low, high, feature } = this.#detector.observe(timeMs, value);
    const { state } = this.#detector;
    const learning = isLearning(state.exact[ex.startMs], timeMs, state.cells[at.count]);
    const steps = live(this.#life, {
      timeMs,
      value,
      score: learning ? 0 : score,
      alarm: learning ? undefined : this.#levels.strictest(state, score, timeMs, alarm),
      low,
      high,
      raised: 1 + state.cells[at.dismissed],
      intervalMs: state.exact[ex.intervalMs] || usualIntervalMs,
    });
    if (steps.length === 0) return [];
    const rhythm = rhythmOf(state);
    const seen = { atMs: timeMs, value, expected, low, high, score, feature: feature ?? null, rhythm };
    return steps.map((step) => ({ outcome: null, ...step, ...seen, contributors: [], row: null }));
  }

  dismiss(): void {
    this.#detector.dismiss();
  }

  /** Takes a sample for its score alone. */
  scoreOf(sample: Sample | undefined): number {
    const value = sample ? shownValue(this.#series, this.#before, sample) : null;
    this.#before = sample ?? this.#before;
    return sample ? this.#detector.observe(minuteOf(sample.timeMs), value).score : 0;
  }

  save(): Uint8Array {
    return joined([
      saveLife(this.#life),
      this.#levels.save(),
      sampleAsBytes(this.#before),
      saveState(this.#detector.state),
    ]);
  }
}

/** The rhythm a saved series watch has shown. */
export function savedRhythm(saved: Uint8Array): Rhythm {
  const state = loadState(saved.subarray(seriesHeadBytes));
  return state ? rhythmOf(state) : "none";
}

/** What all members of a service showed in one minute. */
export type Row = readonly (Sample | undefined)[];

export class VectorWatch implements Watch<Row> {
  readonly #members: readonly Pick<WatchedSeries, "form">[];
  readonly #detector: VectorDetector;
  readonly #life: Life;
  readonly #before: (Sample | undefined)[];
  #dismissed: number;
  #rows: number;
  #startMs: number;
  newestScore: { timeMs: number; score: number } | undefined;

  constructor(members: readonly Pick<WatchedSeries, "form">[], saved?: Uint8Array) {
    this.#members = members;
    const head = saved && new DataView(saved.buffer, saved.byteOffset + lifeBytes);
    const count = head?.getUint32(8, true) ?? 0;
    const detector =
      saved && VectorDetector.load(saved.subarray(vectorHeadBytes + count * sampleBytes), "high");
    this.#detector = detector ?? new VectorDetector("high");
    this.#life = saved && detector ? loadLife(saved) : unborn();
    this.#dismissed = head?.getFloat64(0, true) ?? 0;
    this.#rows = head?.getUint32(12, true) ?? 0;
    this.#startMs = head?.getFloat64(16, true) ?? 0;
    this.#before = members.map((_, i) =>
      saved && i < count ? readSample(saved.subarray(vectorHeadBytes + i * sampleBytes)) : undefined,
    );
  }

  /** The row's time is that of its minute. */
  take(row: Row): Change[] {
    const first = row.find((sample) => sample !== undefined);
    if (!first) return [];
    const timeMs = minuteOf(first.timeMs);
    const values = this.#members.map((member, i) => {
      const sample = row[i];
      if (!sample) return null;
      const value = shownValue(member, this.#before[i], sample);
      this.#before[i] = sample;
      return value;
    });
    const { score, alarm, contributors } = this.#detector.observe(timeMs, values);
    this.newestScore = { timeMs, score };
    if (this.#rows === 0) this.#startMs = timeMs;
    this.#rows++;
    const learning = isLearning(this.#startMs, timeMs, this.#rows);
    const steps = live(this.#life, {
      timeMs,
      value: null,
      score: learning ? 0 : score,
      alarm: alarm && !learning ? levelOf(score, 1 + this.#dismissed) : undefined,
      low: 0,
      high: 0,
      raised: 1 + this.#dismissed,
      intervalMs: usualIntervalMs,
    });
    const seen = { atMs: timeMs, value: null, expected: null, low: null, high: null, score, feature: null };
    return steps.map((step) => ({
      outcome: null,
      ...step,
      ...seen,
      rhythm: "none",
      contributors,
      row: values,
    }));
  }

  dismiss(): void {
    this.#dismissed = Math.min(1, this.#dismissed + dismissedShare);
  }

  save(): Uint8Array {
    const head = new DataView(new ArrayBuffer(32));
    head.setFloat64(0, this.#dismissed, true);
    head.setUint32(8, this.#members.length, true);
    head.setUint32(12, this.#rows, true);
    head.setFloat64(16, this.#startMs, true);
    return joined([
      saveLife(this.#life),
      new Uint8Array(head.buffer),
      ...this.#members.map((_, i) => sampleAsBytes(this.#before[i])),
      this.#detector.save(),
    ]);
  }
}

function sampleAsBytes(sample: Sample | undefined): Uint8Array {
  const { timeMs, value, count } = sample ?? { timeMs: Number.NaN, value: 0, count: 0 };
  return new Uint8Array(Float64Array.of(timeMs, value, count).buffer);
}

function readSample(bytes: Uint8Array): Sample | undefined {
  const [timeMs = Number.NaN, value = 0, count = 0] = new Float64Array(bytes.slice(0, sampleBytes).buffer);
  return Number.isNaN(timeMs) ? undefined : { timeMs, value, count };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

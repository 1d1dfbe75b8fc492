import { alarms, scoreOf } from "./decision.ts";
import { clamp, forecast, learnForecast, type Point } from "./forecast.ts";
import { confidence, followMeans, learnScales, restartScales, standings, strangenessOf } from "./moments.ts";
import { finishSketch, lacksRhythm, profileBins, sketchProfile } from "./season.ts";
import { decision, type Feature, features, type Sensitivity, settings } from "./settings.ts";
import { followArrivals, silenceOf } from "./silence.ts";
import {
  slot as at,
  emptyState,
  exact as ex,
  intervalSamples,
  type SeriesState,
  tailCount,
  tailLength,
  withProfile,
} from "./state.ts";
import { followRun } from "./stillness.ts";
import { excessOf, learnTail, rarity, startTail } from "./tail.ts";

/** What the detector says about one point. */
export interface Verdict {
  /** How unusual the point is: 4 alarms at medium sensitivity; 0 while warming up. */
  score: number;
  /** True once per event. */
  alarm: boolean;
  /** What was expected, and the band that ordinary points keep to, in the series' own unit. */
  expected: number;
  low: number;
  high: number;
  /** The feature that spoke loudest, when any did. */
  feature?: Feature;
}

const warmUp = 24;
const missing = features.indexOf("missing");
const dayMs = 86_400_000;
const mostX = 1e15;
const bandDeviations = 4;
const finite = (value: number) => clamp(value, -Number.MAX_VALUE, Number.MAX_VALUE);

/**
 * Watches one metric. Takes points in their order, one at a time, in constant time and memory; knows nothing of the
 * points to come, of other series, or of what the metric is. All it remembers is in `state`, in single precision, so
 * saving and loading between any two points changes no answer. Missing values, repeated or backward times and values of
 * any size are taken as they come.
 */
export class MetricDetector {
  state: SeriesState;
  /** The strength of each feature at the last point, in the order of `features`. */
  readonly strengths = new Float64Array(features.length);
  /** How many deviations the last point was off, from its forecast or from level and season; 0 while warming up. */
  strangeness = 0;
  private readonly shown = new Float64Array(tailCount);
  private readonly sensitivity: Sensitivity;
  private readonly point: Point = {
    timeMs: 0,
    x: 0,
    deviation: 0,
    residual: 0,
    echo: 0,
    innovation: 0,
    scale: 0,
    residualScale: 0,
    surprise: 0,
    weight: 1,
    gap: false,
  };

  constructor(state: SeriesState = emptyState(), sensitivity: Sensitivity = "medium") {
    this.state = state;
    this.sensitivity = sensitivity;
  }

  observe(timeMs: number, value: number | null | undefined): Verdict {
    if (value === null || value === undefined || !Number.isFinite(value)) return this.missing(timeMs);
    this.strengths.fill(0);
    this.strangeness = 0;
    if (!Number.isFinite(timeMs) || !this.begin(timeMs, value)) return this.unheard();
    const { exact } = this.state;
    const { point } = this;
    point.timeMs = timeMs;
    point.x = clamp((value - exact[ex.offset]) / exact[ex.unit], -mostX, mostX);
    this.learnInterval(timeMs);
    this.sketchFirstDay();
    forecast(this.state, point);
    followArrivals(this.state, timeMs);
    this.state.exact[ex.lastMs] = Math.max(timeMs, exact[ex.lastMs]);
    this.weigh(value);
    const verdict = this.judge(timeMs, point.x - point.innovation, point.scale);
    this.learn();
    return verdict;
  }

  /** Judges that no value has come by this time: a series that is regular and goes silent alarms once. */
  missing(nowMs: number): Verdict {
    this.strengths.fill(0);
    this.strangeness = 0;
    const silence = Number.isFinite(nowMs) ? silenceOf(this.state, nowMs) : 0;
    if (silence === 0) return this.unheard();
    this.strengths[missing] = silence;
    const { cells } = this.state;
    return this.judge(nowMs, cells[at.level], cells[at.innovationScale]);
  }

  /** Raises this series' own threshold after a person called an alarm no anomaly; at most to twice the usual. */
  dismiss(share = 0.15): void {
    const { cells } = this.state;
    cells[at.dismissed] = Math.min(1, cells[at.dismissed] + share);
  }

  private unheard(): Verdict {
    const { cells } = this.state;
    return this.verdictOf(0, false, cells[at.level], cells[at.innovationScale]);
  }

  private judge(timeMs: number, expectedX: number, scale: number): Verdict {
    const { score, loudest } = scoreOf(this.strengths, this.state.exact[ex.intervalMs]);
    const verdict = this.verdictOf(
      score,
      alarms(this.state, score, timeMs, this.sensitivity),
      expectedX,
      scale,
    );
    if (score > 0) verdict.feature = features[loudest] as Feature;
    return verdict;
  }

  private verdictOf(score: number, alarm: boolean, expectedX: number, scale: number): Verdict {
    const { exact } = this.state;
    const expected = finite(exact[ex.offset] + finite(expectedX * exact[ex.unit]));
    const half = finite(bandDeviations * scale * exact[ex.unit]);
    return { score, alarm, expected, low: finite(expected - half), high: finite(expected + half) };
  }

  /** Finds the series' own origin and unit; false until a second value has shown the unit. */
  private begin(timeMs: number, value: number): boolean {
    const { cells, exact, tails } = this.state;
    cells[at.count] = Math.min(cells[at.count] + 1, 1e6);
    cells[at.pace] = Math.min(cells[at.pace] + 1, 1e6);
    if (cells[at.count] === 1) {
      exact[ex.offset] = value;
      exact[ex.lastValue] = value;
      exact[ex.lastMs] = timeMs;
      exact[ex.openUntilMs] = -Number.MAX_VALUE;
      cells[at.autoBottom] = 1e-9;
      cells[at.energy] = 1;
      for (let i = 0; i < tailCount; i++) startTail(tails, i * tailLength);
      return false;
    }
    if (exact[ex.unit] !== 0) return true;
    if (value === exact[ex.offset]) {
      cells[at.run] = Math.min(cells[at.run] + 1, 1e6);
      exact[ex.lastMs] = Math.max(timeMs, exact[ex.lastMs]);
      return false;
    }
    exact[ex.unit] = Math.min(Math.abs(value - exact[ex.offset]), Number.MAX_VALUE);
    exact[ex.startMs] = timeMs;
    return true;
  }

  /** The interval is the median of the first differences of time; with it the size of the day's profile is known. */
  private learnInterval(timeMs: number): void {
    const { cells, exact, intervals } = this.state;
    if (exact[ex.intervalMs] !== 0 || !(timeMs > exact[ex.lastMs])) return;
    const gathered = cells[at.intervals];
    intervals[gathered] = timeMs - exact[ex.lastMs];
    cells[at.intervals] = gathered + 1;
    if (gathered + 1 < intervalSamples) return;
    exact[ex.intervalMs] = intervals.slice().sort()[intervalSamples >> 1] as number;
    this.state = withProfile(this.state, profileBins(exact[ex.intervalMs]));
    this.state.profile.fill(Number.NaN);
  }

  private sketchFirstDay(): void {
    const { cells, exact, profile } = this.state;
    if (profile.length === 0) return;
    const { timeMs, x } = this.point;
    if (cells[at.ready] === 0) {
      if (timeMs - exact[ex.startMs] < dayMs) sketchProfile(this.state, timeMs, x);
      else {
        finishSketch(this.state);
        restartScales(this.state);
      }
    } else if (lacksRhythm(this.state)) {
      cells[at.ready] = 0;
      this.state = withProfile(this.state, 0);
    }
  }

  /** Asks every feature how rare the point is by what the series has shown before, then lets it learn the point. */
  private weigh(value: number): void {
    const { cells, tails } = this.state;
    const { point, shown, strengths } = this;
    const run = followRun(this.state, value);
    followMeans(this.state, point);
    point.weight = 1;
    if (cells[at.count] <= warmUp) return;
    this.strangeness = strangenessOf(this.state, point);
    standings(this.state, point, shown);
    let rarest = 0;
    for (let i = 0; i < tailCount; i++) {
      const rare = rarity(tails, i * tailLength, shown[i] as number);
      strengths[i] = rare * confidence(i, cells[at.count]);
      if (rare > rarest) rarest = rare;
    }
    cells[at.loud] *= settings.loudFade;
    let tailWeight = 1;
    if (rarest > settings.quietRarity) {
      point.weight = settings.loudWeight;
      tailWeight = settings.loudTailWeight / (1 + settings.loudCrowding * cells[at.loud]);
      cells[at.loud] += 1;
    }
    for (let i = 0; i < tailCount; i++) learnTail(tails, i * tailLength, shown[i] as number, tailWeight);
    strengths[6] = run;
    if (rarest >= settings.recordRarity) this.weighRecord(rarest);
  }

  /**
   * A point that leaves the range seen counts by how much of the range it leaves it, and more when it is rare, and when
   * it stands far above what is usually large: on quiet noise records are common and small.
   */
  private weighRecord(rarest: number): void {
    const { cells, tails } = this.state;
    const { point, shown, strengths } = this;
    const up = excessOf(tails, 0, shown[0] as number);
    const down = excessOf(tails, tailLength, shown[1] as number);
    const support =
      Math.min(2, rarest / decision.thresholds.medium) *
      clamp(Math.max(up, down) / settings.recordExcess, 0, 2);
    const range = Math.max(cells[at.high] - cells[at.low], 1e-12);
    strengths[7] = support * clamp((point.x - cells[at.high]) / range, 0, 9);
    strengths[8] = support * clamp((cells[at.low] - point.x) / range, 0, 9);
  }

  private learn(): void {
    const { cells } = this.state;
    cells[at.high] = Math.max(cells[at.high], this.point.x);
    cells[at.low] = Math.min(cells[at.low], this.point.x);
    learnScales(this.state, this.point);
    learnForecast(this.state, this.point);
  }
}

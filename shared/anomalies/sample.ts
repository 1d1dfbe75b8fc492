import {
  counterLookbackMs,
  type Distribution,
  type PointBatch,
  pointFlags,
  type Series,
  type SeriesPoints,
} from "../metrics/index.ts";
import type { Signal } from "./schemas.ts";

/**
 * Every series is watched at one sample a minute: its first point in that minute, so that the detector speaks within
 * seconds of the point, sees the same whatever order points arrive in, and costs the same however often they come.
 * Counters and histograms lose nothing by it, for they are counted from sample to sample.
 */
export const sampleMs = 60_000;

/** The series as the detector knows it. */
export interface WatchedSeries {
  id: string;
  metric: string;
  labels: Record<string, string>;
  unit: string | null;
  signal: Signal;
  /** `direct` samples are the value; of `total` and `observed` ones the increase since the sample before counts. */
  form: "direct" | "total" | "observed";
}

/** The first point of a minute: a value or total, and for histograms how many observations it sums. */
export interface Sample {
  timeMs: number;
  value: number;
  count: number;
}

export interface Sampled {
  series: WatchedSeries;
  /** By minute, oldest first. */
  samples: Sample[];
}

const longestDeltaMs = 3_600_000;

/** The samples of a batch, series by series. Points that are no number, or whose time is not their own, are none. */
export function samplesOf(batch: PointBatch): Sampled[] {
  const minutes = new Map<number, Map<number, Sample>>();
  batch.seriesIndex.forEach((index, i) => {
    const series = batch.series[index];
    if (((batch.flags[i] ?? 0) & pointFlags.timeClamped) !== 0) return;
    const sample = series && sampleOf(series, pointAt(batch, i));
    if (!sample) return;
    const own = minutes.get(index) ?? new Map<number, Sample>();
    minutes.set(index, own);
    keepFirst(own, sample);
  });
  return [...minutes].flatMap(([index, own]) => {
    const series = batch.series[index];
    if (!series) return [];
    return [{ series: watchedOf(series), samples: inOrder(own) }];
  });
}

/** The samples of stored points, as the detector was shown them when they came. */
export function storedSamples({
  series,
  timesMs,
  startTimesMs,
  values,
  distributions,
}: SeriesPoints): Sample[] {
  const minutes = new Map<number, Sample>();
  timesMs.forEach((timeMs, i) => {
    const point = { timeMs, startTimeMs: startTimesMs[i] ?? 0, value: values[i] ?? Number.NaN };
    const sample = sampleOf(series, { ...point, distribution: distributions?.[i] });
    if (sample) keepFirst(minutes, sample);
  });
  return inOrder(minutes);
}

function keepFirst(minutes: Map<number, Sample>, sample: Sample): void {
  const minute = Math.floor(sample.timeMs / sampleMs);
  const known = minutes.get(minute);
  if (!known || isBefore(sample, known)) minutes.set(minute, sample);
}

const inOrder = (minutes: ReadonlyMap<number, Sample>) =>
  [...minutes.values()].sort((a, b) => a.timeMs - b.timeMs);

/** Of two points that could stand for a minute the earlier does; of two at one time the smaller, so order is nothing. */
export function isBefore(a: Sample, b: Sample): boolean {
  return a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.value < b.value);
}

/** What the detector is shown: null where nothing can be said, as for the first point of a counter. */
export function shownValue(
  { form }: Pick<WatchedSeries, "form">,
  before: Sample | undefined,
  sample: Sample,
): number | null {
  if (form === "direct") return sample.value;
  if (!before || sample.timeMs - before.timeMs > counterLookbackMs) return null;
  if (form === "total") {
    const gained = sample.value - before.value;
    return (gained < 0 ? sample.value : gained) / ((sample.timeMs - before.timeMs) / 1000);
  }
  const restarted = sample.count < before.count;
  const count = restarted ? sample.count : sample.count - before.count;
  return count > 0 ? (restarted ? sample.value : sample.value - before.value) / count : null;
}

interface Point {
  timeMs: number;
  startTimeMs: number;
  value: number;
  distribution: Distribution | undefined;
}

function pointAt(batch: PointBatch, i: number): Point {
  return {
    timeMs: batch.timesMs[i] ?? Number.NaN,
    startTimeMs: batch.startTimesMs[i] ?? 0,
    value: batch.values[i] ?? Number.NaN,
    distribution: batch.distributions.get(i),
  };
}

function sampleOf(series: Pick<Series, "temporality">, point: Point): Sample | undefined {
  const { timeMs, startTimeMs, distribution } = point;
  const delta = series.temporality === "delta";
  let value = distribution ? (distribution.sum ?? Number.NaN) : point.value;
  const count = distribution?.count ?? 0;
  if (distribution && delta) value /= count;
  else if (delta && startTimeMs < timeMs && timeMs - startTimeMs <= longestDeltaMs) {
    value /= (timeMs - startTimeMs) / 1000;
  }
  return Number.isFinite(value) && Number.isFinite(timeMs) ? { timeMs, value, count } : undefined;
}

/** What of a series is watched, and how. */
export function watchedOf({
  seriesId,
  name,
  labels,
  unit,
  type,
  temporality,
  monotonic,
}: Series): WatchedSeries {
  const known = { id: seriesId, metric: name, labels, unit };
  if (type === "gauge" || (type === "sum" && temporality !== "delta" && !monotonic)) {
    return { ...known, signal: "value", form: "direct" };
  }
  const delta = temporality === "delta";
  if (type === "sum") return { ...known, signal: "rate", form: delta ? "direct" : "total" };
  return { ...known, signal: "mean", form: delta ? "direct" : "observed" };
}

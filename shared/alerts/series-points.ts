import type { Distribution, PointBatch, SeriesPoints } from "../metrics/index.ts";

/** The series of one metric in a batch, each with its points in time order, one per timestamp (the last one sent). */
export function seriesIn(batch: PointBatch, name: string): SeriesPoints[] {
  const wanted = new Map<number, number[]>();
  batch.series.forEach((series, index) => {
    if (series.name === name) wanted.set(index, []);
  });
  batch.seriesIndex.forEach((index, point) => {
    wanted.get(index)?.push(point);
  });
  return [...wanted].flatMap(([index, points]) => {
    const series = batch.series[index];
    if (!series || points.length === 0) return [];
    return [
      columns(
        series,
        points.map((at) => ({
          timeMs: batch.timesMs[at] ?? 0,
          startTimeMs: batch.startTimesMs[at] ?? 0,
          value: batch.values[at] ?? Number.NaN,
          distribution: batch.distributions.get(at),
        })),
      ),
    ];
  });
}

/** Both lists as one; a point of the same series and time counts once, as `fresh` has it. */
export function unite(stored: readonly SeriesPoints[], fresh: readonly SeriesPoints[]): SeriesPoints[] {
  const byId = new Map(stored.map((series) => [series.series.seriesId, series]));
  for (const series of fresh) {
    const known = byId.get(series.series.seriesId);
    byId.set(
      series.series.seriesId,
      known ? columns(series.series, [...rows(known), ...rows(series)]) : series,
    );
  }
  return [...byId.values()];
}

/** The time of the newest point at or before `atMs`; null where there is none. */
export function newestAt(all: readonly SeriesPoints[], atMs: number): number | null {
  let newest: number | null = null;
  for (const { timesMs } of all) {
    const time = timesMs[countUntil(timesMs, atMs) - 1];
    if (time !== undefined && (newest === null || time > newest)) newest = time;
  }
  return newest;
}

/** How many points and series lie in (fromMs, toMs]. */
export function countIn(all: readonly SeriesPoints[], fromMs: number, toMs: number) {
  let pointCount = 0;
  let seriesCount = 0;
  for (const { timesMs } of all) {
    const count = countUntil(timesMs, toMs) - countUntil(timesMs, fromMs);
    pointCount += count;
    if (count > 0) seriesCount++;
  }
  return { pointCount, seriesCount };
}

/** Only the points in (fromMs, toMs], sharing the columns. */
export function between(all: readonly SeriesPoints[], fromMs: number, toMs: number): SeriesPoints[] {
  return all.map(({ series, timesMs, startTimesMs, values, distributions }) => {
    const from = countUntil(timesMs, fromMs);
    const to = countUntil(timesMs, toMs);
    return {
      series,
      timesMs: timesMs.subarray(from, to),
      startTimesMs: startTimesMs.subarray(from, to),
      values: values.subarray(from, to),
      distributions: distributions?.slice(from, to) ?? null,
    };
  });
}

interface Point {
  timeMs: number;
  startTimeMs: number;
  value: number;
  distribution: Distribution | undefined;
}

function rows(points: SeriesPoints): Point[] {
  return Array.from(points.timesMs, (timeMs, i) => ({
    timeMs,
    startTimeMs: points.startTimesMs[i] ?? 0,
    value: points.values[i] ?? Number.NaN,
    distribution: points.distributions?.[i],
  }));
}

function columns(series: SeriesPoints["series"], points: readonly Point[]): SeriesPoints {
  const byTime = new Map(points.map((point) => [point.timeMs, point]));
  const sorted = [...byTime.values()].sort((a, b) => a.timeMs - b.timeMs);
  const distributions = sorted.flatMap((point) => point.distribution ?? []);
  return {
    series,
    timesMs: Float64Array.from(sorted, (point) => point.timeMs),
    startTimesMs: Float64Array.from(sorted, (point) => point.startTimeMs),
    values: Float64Array.from(sorted, (point) => point.value),
    distributions: distributions.length === sorted.length && sorted.length > 0 ? distributions : null,
  };
}

/** How many of the sorted times are at or before `atMs`. */
function countUntil(timesMs: Float64Array, atMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

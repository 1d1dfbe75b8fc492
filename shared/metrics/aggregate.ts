import type { Distribution, SeriesPoints } from "./points.ts";
import { exactQuantile, explicitQuantile, exponentialQuantile, summaryQuantile } from "./quantile.ts";
import { distributionIncreasesOf, increasesOf, type KindPoints } from "./rate.ts";
import type { Aggregate, MetricType } from "./schemas.ts";
import { addDistribution, addIncrease, addOther, emptyTally, type Tally } from "./tally.ts";
import { type Windows, windowIndex } from "./windows.ts";

const quantiles: Partial<Record<Aggregate, number>> = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 };

/**
 * One number for all points of the series in (fromMs, toMs]; null where there are none.
 *
 * avg, min, max, sum and count run over every point of every series; `last` is the average of the series'
 * newest values; increase and rate (per second) add up the series, with counter restarts seen and delta sums
 * summed; percentiles come from merged histograms, else exactly from the points. On distributions avg, sum,
 * count, min and max speak of the observations, increase and rate of how many there were, `last` of the mean
 * of the newest point. NaN points count as no points. Points of up to counterLookbackMs before fromMs serve
 * as the base of increases. Charts, alert rules and back-tests all come to their numbers here.
 */
export function aggregateWindow(
  points: readonly SeriesPoints[],
  aggregate: Aggregate,
  fromMs: number,
  toMs: number,
): number | null {
  const windows = { fromMs, toMs, widthMs: toMs - fromMs, count: 1 };
  const total = emptyTally();
  for (const one of points) {
    const tally = tallyPoints(one, windows, aggregate)[0];
    if (tally) addOther(total, tally);
  }
  return finish(total, aggregate, (toMs - fromMs) / 1000);
}

/**
 * One series' tallies, window by window; undefined where it has no point after `afterMs`. What will be asked of
 * them is told by `forAggregate`, and nothing is gathered that it does not need.
 */
export function tallyPoints(
  points: KindPoints,
  windows: Windows,
  forAggregate: Aggregate | "roll-up",
  afterMs = Number.NEGATIVE_INFINITY,
): (Tally | undefined)[] {
  if (points.distributions) return tallyDistributions(points, points.distributions, windows, afterMs);
  const tallies = new Array<Tally | undefined>(windows.count);
  const { timesMs, values } = points;
  const increases = needsIncrease(forAggregate) ? increasesOf(points) : undefined;
  const keepsSamples = forAggregate in quantiles;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    const timeMs = timesMs[i] ?? 0;
    const at = windowIndex(windows, timeMs);
    if (at < 0 || at >= windows.count || timeMs <= afterMs || Number.isNaN(value)) continue;
    let tally = tallies[at];
    if (!tally) {
      tally = emptyTally();
      tally.lastSeries = 1;
      tallies[at] = tally;
    }
    tally.count++;
    tally.sum += value;
    if (value < tally.min) tally.min = value;
    if (value > tally.max) tally.max = value;
    tally.lastSum = value;
    if (increases) addIncrease(tally, increases[i] ?? Number.NaN);
    if (keepsSamples) {
      tally.samples ??= [];
      tally.samples.push(value);
    }
  }
  return tallies;
}

/** Whether roll-ups can tell this aggregate: they keep neither every value nor the increases of gauges. */
export function rollUpsTell(aggregate: Aggregate, type: MetricType): boolean {
  if (type !== "gauge" && type !== "sum") return true;
  if (aggregate in quantiles) return false;
  return type === "sum" || (aggregate !== "rate" && aggregate !== "increase");
}

/** The number a tally comes to over `seconds`; null where there is nothing to tell. */
export function finish(tally: Tally, aggregate: Aggregate, seconds: number): number | null {
  switch (aggregate) {
    case "avg":
      return tally.count > 0 ? numberOrNull(tally.sum / tally.count) : null;
    case "sum":
      return tally.count > 0 ? numberOrNull(tally.sum) : null;
    case "min":
      return tally.min <= tally.max ? tally.min : null;
    case "max":
      return tally.min <= tally.max ? tally.max : null;
    case "count":
      return tally.count > 0 || tally.lastSeries > 0 ? tally.count : null;
    case "last":
      return tally.lastSeries > 0 ? numberOrNull(tally.lastSum / tally.lastSeries) : null;
    case "increase":
      return numberOrNull(tally.increase);
    case "rate":
      return numberOrNull(tally.increase / seconds);
    default:
      return quantileOf(tally, quantiles[aggregate] ?? 0);
  }
}

/** Where kinds mix in one group, the one with the most observations speaks. */
function quantileOf({ explicit, exponential, summary, samples }: Tally, q: number): number | null {
  const most = [explicit, exponential, summary].reduce<Distribution | null>(
    (best, one) => (one && one.count > (best?.count ?? 0) ? one : best),
    null,
  );
  if (most?.kind === "explicit") return explicitQuantile(q, most);
  if (most?.kind === "exponential") return exponentialQuantile(q, most);
  if (most?.kind === "summary") return summaryQuantile(q, most);
  return exactQuantile(q, samples ?? []);
}

/** Whether the points before a window matter to it, as the base of what it gained. */
export function needsBase(aggregate: Aggregate, type: MetricType): boolean {
  return needsIncrease(aggregate) || (type !== "gauge" && type !== "sum");
}

function needsIncrease(aggregate: Aggregate | "roll-up"): boolean {
  return aggregate === "rate" || aggregate === "increase" || aggregate === "roll-up";
}

function tallyDistributions(
  points: KindPoints,
  distributions: Distribution[],
  windows: Windows,
  afterMs: number,
): (Tally | undefined)[] {
  const tallies = new Array<Tally | undefined>(windows.count);
  distributionIncreasesOf(points).forEach((observed, i) => {
    const timeMs = points.timesMs[i] ?? 0;
    const at = windowIndex(windows, timeMs);
    const newest = distributions[i];
    if (at < 0 || at >= windows.count || timeMs <= afterMs || !newest) return;
    tallies[at] ??= emptyTally();
    const tally = tallies[at];
    if (newest.count > 0 && newest.sum !== null) {
      tally.lastSum = newest.sum / newest.count;
      tally.lastSeries = 1;
    }
    if (!observed) return;
    tally.count += observed.count;
    tally.sum += observed.sum ?? Number.NaN;
    if (observed.kind !== "summary") {
      tally.min = Math.min(tally.min, observed.min ?? Number.POSITIVE_INFINITY);
      tally.max = Math.max(tally.max, observed.max ?? Number.NEGATIVE_INFINITY);
    }
    addIncrease(tally, observed.count);
    addDistribution(tally, observed);
  });
  return tallies;
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

import { type Explicit, type Exponential, mergeDistributions, type Summary } from "./distribution.ts";
import type { Distribution } from "./points.ts";

/**
 * What the points of one or many series in one window amount to; every aggregate can be told from it.
 * Roll-ups store it, charts and alert rules read it, so they agree.
 */
export interface Tally {
  /** Points with a value; for distributions, observations. */
  count: number;
  sum: number;
  /** +Infinity where nothing is known. */
  min: number;
  /** -Infinity where nothing is known. */
  max: number;
  /** The newest values of the series in it, added up, and how many series those are. */
  lastSum: number;
  lastSeries: number;
  /** NaN where no increase could be told. */
  increase: number;
  explicit: Explicit | null;
  exponential: Exponential | null;
  summary: Summary | null;
  /** Every value, kept only where percentiles of plain values are asked for. */
  samples: number[] | null;
}

export function emptyTally(): Tally {
  return {
    count: 0,
    sum: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    lastSum: 0,
    lastSeries: 0,
    increase: Number.NaN,
    explicit: null,
    exponential: null,
    summary: null,
    samples: null,
  };
}

/** Adds a later window of the same series: its newest value takes over. */
export function addLater(into: Tally, later: Tally): void {
  addWithoutLast(into, later);
  if (later.lastSeries > 0) {
    into.lastSum = later.lastSum;
    into.lastSeries = later.lastSeries;
  }
}

/** Adds the same window of another series. */
export function addOther(into: Tally, other: Tally): void {
  addWithoutLast(into, other);
  into.lastSum += other.lastSum;
  into.lastSeries += other.lastSeries;
}

export function addIncrease(into: Tally, increase: number): void {
  if (Number.isNaN(increase)) return;
  into.increase = Number.isNaN(into.increase) ? increase : into.increase + increase;
}

export function addDistribution(into: Tally, one: Distribution): void {
  if (one.kind === "explicit") into.explicit = into.explicit ? mergeDistributions(into.explicit, one) : one;
  else if (one.kind === "summary") into.summary = into.summary ? mergeDistributions(into.summary, one) : one;
  else into.exponential = into.exponential ? mergeDistributions(into.exponential, one) : one;
}

function addWithoutLast(into: Tally, other: Tally): void {
  into.count += other.count;
  into.sum += other.sum;
  if (other.min < into.min) into.min = other.min;
  if (other.max > into.max) into.max = other.max;
  addIncrease(into, other.increase);
  if (other.explicit) addDistribution(into, other.explicit);
  if (other.exponential) addDistribution(into, other.exponential);
  if (other.summary) addDistribution(into, other.summary);
  if (other.samples) {
    into.samples ??= [];
    for (const sample of other.samples) into.samples.push(sample);
  }
}

import type { Distribution } from "./points.ts";

export type Explicit = Extract<Distribution, { kind: "explicit" }>;
export type Exponential = Extract<Distribution, { kind: "exponential" }>;
export type Summary = Extract<Distribution, { kind: "summary" }>;
type Buckets = Exponential["positive"];

/**
 * The observations of both. Explicit histograms with different bounds meet on the bounds they share, where both
 * know exact counts; exponential ones on the coarser scale; quantiles of summaries, which cannot be merged
 * truly, are averaged by count. Both must be of one kind.
 */
export function mergeDistributions<D extends Distribution>(a: D, b: D): D {
  if (a.kind === "explicit" && b.kind === "explicit") return mergeExplicit(a, b) as D;
  if (a.kind === "exponential" && b.kind === "exponential") return mergeExponential(a, b) as D;
  if (a.kind === "summary" && b.kind === "summary") return mergeSummaries(a, b) as D;
  throw new TypeError(`A ${a.kind} distribution cannot be merged with a ${b.kind} one.`);
}

/**
 * What was observed between two cumulative points. A count that fell, or a bucket that did, is a restart:
 * everything in the later point is new.
 */
export function distributionIncrease(before: Distribution, after: Distribution): Distribution {
  if (after.count < before.count) return after;
  if (after.kind === "explicit" && before.kind === "explicit") return explicitIncrease(before, after);
  if (after.kind === "exponential" && before.kind === "exponential") {
    return exponentialIncrease(before, after);
  }
  if (after.kind === "summary" && before.kind === "summary") {
    return { ...after, count: after.count - before.count, sum: after.sum - before.sum };
  }
  return after;
}

function explicitIncrease(before: Explicit, after: Explicit): Explicit {
  const sameBounds =
    before.bounds.length === after.bounds.length &&
    before.bounds.every((bound, i) => bound === after.bounds[i]);
  const counts = after.counts.map((count, i) => count - (before.counts[i] ?? 0));
  if (!sameBounds || counts.some((count) => count < 0)) return after;
  return { ...after, ...increaseOfTotals(before, after), counts };
}

function exponentialIncrease(before: Exponential, after: Exponential): Exponential {
  if (before.scale < after.scale) return after;
  const scaled = toScale(before, after.scale);
  const positive = subtract(after.positive, scaled.positive);
  const negative = subtract(after.negative, scaled.negative);
  const zeroCount = after.zeroCount - scaled.zeroCount;
  if (!positive || !negative || zeroCount < 0) return after;
  return { ...after, ...increaseOfTotals(before, after), zeroCount, positive, negative };
}

/** Extremes since the start say nothing of the time in between, so they are dropped. */
function increaseOfTotals(before: Explicit | Exponential, after: Explicit | Exponential) {
  const sum = before.sum === null || after.sum === null ? null : after.sum - before.sum;
  return { count: after.count - before.count, sum, min: null, max: null };
}

function mergeExplicit(a: Explicit, b: Explicit): Explicit {
  const shared = a.bounds.filter((bound) => b.bounds.includes(bound));
  const left = ontoBounds(a, shared);
  const right = ontoBounds(b, shared);
  return {
    kind: "explicit",
    ...mergeTotals(a, b),
    bounds: shared,
    counts: left.map((count, i) => count + (right[i] ?? 0)),
  };
}

function ontoBounds(one: Explicit, bounds: number[]): number[] {
  if (one.bounds.length === bounds.length) return one.counts;
  const counts = new Array<number>(bounds.length + 1).fill(0);
  let into = 0;
  one.counts.forEach((count, i) => {
    while (into < bounds.length && (one.bounds[i] ?? Infinity) > (bounds[into] ?? Infinity)) into++;
    counts[into] = (counts[into] ?? 0) + count;
  });
  return counts;
}

function mergeExponential(a: Exponential, b: Exponential): Exponential {
  const scale = Math.min(a.scale, b.scale);
  const left = toScale(a, scale);
  const right = toScale(b, scale);
  return {
    kind: "exponential",
    ...mergeTotals(a, b),
    scale,
    zeroCount: left.zeroCount + right.zeroCount,
    positive: add(left.positive, right.positive),
    negative: add(left.negative, right.negative),
  };
}

function mergeTotals(a: Explicit | Exponential, b: Explicit | Exponential) {
  return {
    count: a.count + b.count,
    sum: a.sum === null || b.sum === null ? null : a.sum + b.sum,
    min: a.min === null || b.min === null ? null : Math.min(a.min, b.min),
    max: a.max === null || b.max === null ? null : Math.max(a.max, b.max),
  };
}

function mergeSummaries(a: Summary, b: Summary): Summary {
  const count = a.count + b.count;
  const share = count > 0 ? a.count / count : 0.5;
  const quantiles = a.quantiles.flatMap(({ quantile, value }) => {
    const other = b.quantiles.find((candidate) => candidate.quantile === quantile);
    return other ? [{ quantile, value: value * share + other.value * (1 - share) }] : [];
  });
  return { kind: "summary", count, sum: a.sum + b.sum, quantiles };
}

/** Halving the scale joins each bucket with its neighbour, so it loses resolution and no observation. */
function toScale(one: Exponential, scale: number): Exponential {
  const shift = one.scale - scale;
  if (shift === 0) return one;
  return { ...one, scale, positive: coarser(one.positive, shift), negative: coarser(one.negative, shift) };
}

function coarser(buckets: Buckets, shift: number): Buckets {
  const width = 2 ** shift;
  const offset = Math.floor(buckets.offset / width);
  const last = Math.floor((buckets.offset + buckets.counts.length - 1) / width);
  const counts = new Array<number>(Math.max(0, last - offset + 1)).fill(0);
  buckets.counts.forEach((count, i) => {
    const into = Math.floor((buckets.offset + i) / width) - offset;
    counts[into] = (counts[into] ?? 0) + count;
  });
  return { offset, counts };
}

function add(a: Buckets, b: Buckets): Buckets {
  if (a.counts.length === 0) return b;
  if (b.counts.length === 0) return a;
  const offset = Math.min(a.offset, b.offset);
  const end = Math.max(a.offset + a.counts.length, b.offset + b.counts.length);
  const counts = Array.from(
    { length: end - offset },
    (_, i) => (a.counts[i + offset - a.offset] ?? 0) + (b.counts[i + offset - b.offset] ?? 0),
  );
  return { offset, counts };
}

/** undefined where a bucket would fall below zero. */
function subtract(after: Buckets, before: Buckets): Buckets | undefined {
  const beyond = before.counts.some((count, i) => {
    const at = before.offset + i - after.offset;
    return count > 0 && (at < 0 || at >= after.counts.length);
  });
  const counts = after.counts.map(
    (count, i) => count - (before.counts[i + after.offset - before.offset] ?? 0),
  );
  return beyond || counts.some((count) => count < 0) ? undefined : { offset: after.offset, counts };
}

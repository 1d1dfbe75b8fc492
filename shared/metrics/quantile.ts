import type { Explicit, Exponential, Summary } from "./distribution.ts";

/**
 * The q-quantile of the values, interpolated between the two nearest ranks (Prometheus' quantile_over_time).
 * null without values. Sorts `values` in place.
 */
export function exactQuantile(q: number, values: number[]): number | null {
  if (values.length === 0) return null;
  values.sort((a, b) => a - b);
  const rank = q * (values.length - 1);
  const low = values[Math.floor(rank)] ?? 0;
  const high = values[Math.ceil(rank)] ?? 0;
  return low === high ? low : low + (high - low) * (rank - Math.floor(rank));
}

/**
 * The q-quantile of an explicit histogram, interpolated linearly inside its bucket as Prometheus'
 * histogram_quantile does: the first bucket begins at 0 unless its bound is not positive, and what lies in the
 * overflow bucket counts as the highest bound. null without observations.
 */
export function explicitQuantile(q: number, { bounds, counts }: Explicit): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (!(total > 0) || bounds.length === 0) return null;
  const rank = q * total;
  let below = 0;
  let bucket = 0;
  while (bucket < counts.length - 1 && below + (counts[bucket] ?? 0) < rank) below += counts[bucket++] ?? 0;
  const upper = bounds[bucket];
  if (upper === undefined) return bounds[bounds.length - 1] ?? null;
  const first = bounds[0] ?? 0;
  if (bucket === 0 && first <= 0) return first;
  const lower = bucket === 0 ? 0 : (bounds[bucket - 1] ?? 0);
  const inBucket = counts[bucket] ?? 0;
  return inBucket === 0 ? lower : lower + ((upper - lower) * (rank - below)) / inBucket;
}

/**
 * The q-quantile of an exponential histogram: geometric inside a bucket (its bounds are base^i and base^(i+1)
 * with base = 2^(2^-scale), OpenTelemetry data model), 0 inside the zero bucket. null without observations.
 */
export function exponentialQuantile(q: number, one: Exponential): number | null {
  const { positive, negative, zeroCount, scale } = one;
  const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
  const below = sum(negative.counts);
  const total = below + zeroCount + sum(positive.counts);
  if (!(total > 0)) return null;
  const rank = q * total;
  if (rank < below) return -inBuckets(below - rank, negative, scale);
  if (rank <= below + zeroCount && zeroCount > 0) return 0;
  return inBuckets(rank - below - zeroCount, positive, scale);
}

/** A client reports the quantiles it was told to; another one cannot be made from them. */
export function summaryQuantile(q: number, { quantiles }: Summary): number | null {
  return quantiles.find(({ quantile }) => Math.abs(quantile - q) < 1e-9)?.value ?? null;
}

function inBuckets(rank: number, buckets: Exponential["positive"], scale: number): number {
  let below = 0;
  let last = 0;
  for (let i = 0; i < buckets.counts.length; i++) {
    const count = buckets.counts[i] ?? 0;
    if (count <= 0) continue;
    last = i;
    if (below + count >= rank) break;
    below += count;
  }
  const inBucket = buckets.counts[last] ?? 0;
  const fraction = inBucket > 0 ? Math.min(1, Math.max(0, (rank - below) / inBucket)) : 0;
  return 2 ** ((buckets.offset + last + fraction) * 2 ** -scale);
}

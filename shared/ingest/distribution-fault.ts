import type { Distribution } from "../metrics/index.ts";
import { limits } from "./limits.ts";

/** Why a distribution cannot be kept, or null. */
export function distributionFault(distribution: Distribution): string | null {
  switch (distribution.kind) {
    case "explicit":
      return summaryFault(distribution) ?? bucketsFault(distribution.bounds, distribution.counts);
    case "exponential":
      return (
        summaryFault(distribution) ??
        tooMany("positive buckets", distribution.positive.counts) ??
        tooMany("negative buckets", distribution.negative.counts)
      );
    case "summary":
      if (Number.isNaN(distribution.sum)) return "its sum is NaN; send a number";
      return tooMany("quantiles", distribution.quantiles);
  }
}

function summaryFault(one: { sum: number | null; min: number | null; max: number | null }): string | null {
  for (const field of ["sum", "min", "max"] as const) {
    if (Number.isNaN(one[field])) return `its ${field} is NaN; send a number or leave it out`;
  }
  return null;
}

function bucketsFault(bounds: readonly number[], counts: readonly number[]): string | null {
  const many = tooMany("buckets", counts) ?? tooMany("bounds", bounds);
  if (many) return many;
  const bare = bounds.length === 0 && counts.length === 0;
  if (!bare && counts.length !== bounds.length + 1) {
    return `it has ${counts.length} bucketCounts for ${bounds.length} explicitBounds; one more than bounds is right`;
  }
  for (let i = 0; i < bounds.length; i++) {
    const low = i === 0 ? Number.NEGATIVE_INFINITY : (bounds[i - 1] ?? 0);
    const bound = bounds[i] ?? 0;
    if (!(bound > low) && !(i === 0 && bound === low)) {
      return `explicitBounds[${i}] is ${bound} after ${low}; bounds must rise`;
    }
  }
  return null;
}

function tooMany(what: string, list: readonly unknown[]): string | null {
  return list.length > limits.buckets
    ? `it has ${list.length} ${what}; at most ${limits.buckets} are taken`
    : null;
}

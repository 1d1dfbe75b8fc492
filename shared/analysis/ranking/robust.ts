/** The p-quantile of finite numbers in ascending order, linear between neighbours; NaN of none. */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const below = sorted[low] ?? Number.NaN;
  const above = sorted[Math.min(low + 1, sorted.length - 1)] ?? below;
  return below + (above - below) * (at - low);
}

export const median = (values: readonly number[]): number =>
  quantileOfSorted(Float64Array.from(values).sort(), 0.5);

/** The median of up to four neighbours, `from` included and `to` not, without copying them. */
export function medianOfFew(values: readonly number[], from: number, to: number): number {
  let sum = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) {
    const value = values[i] ?? 0;
    sum += value;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const count = to - from;
  return count < 3 ? sum / count : (sum - least - most) / (count - 2);
}

/** 0 at 0, rising towards 1; a half where the amount equals `half`. */
export const saturate = (amount: number, half: number): number => (amount > 0 ? amount / (amount + half) : 0);

export const clamp01 = (value: number): number => (value > 0 ? Math.min(1, value) : 0);

/** Doublings beyond what is usual: 0 for no change, 1 for as far as it went now and then. */
export const doublings = (strength: number): number => Math.log2(1 + Math.max(0, strength));

/** A number so large that sums of it would mean nothing is as good as missing. */
export const isUsable = (value: number | null | undefined): value is number =>
  typeof value === "number" && Math.abs(value) < 1e15;

const leastStray = 0.15;

/** Where most of some logarithms of ratios lie, and how far they usually stray from there. */
export function noiseOf(ratios: readonly number[]): { centre: number; spread: number } {
  if (ratios.length < 4) return { centre: 0, spread: leastStray };
  const centre = median(ratios);
  const stray = 1.4826 * median(ratios.map((ratio) => Math.abs(ratio - centre)));
  return { centre, spread: Math.max(leastStray, stray) };
}

/** Groups in order of first appearance. */
export function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

import { settings } from "./settings.ts";
import { type TailCells, tailSlot as at } from "./state.ts";

const { tailQuantile, tailMemory, priorWeight, leastShape, mostShape } = settings;
const shareAbove = 1 - tailQuantile;
const mostRarity = 40;

/**
 * How rare a value is under the tail that the series itself has shown: peaks over a tracked quantile, a generalised
 * Pareto tail above it (Siffer et al. 2017, "Anomaly Detection in Streams with Extreme Value Theory"). Shape and scale
 * come from the first two moments of the excesses, because these can be followed with two numbers.
 */
export function startTail(tail: TailCells): void {
  tail[at.threshold] = settings.priorThreshold;
  tail[at.mean] = settings.priorExcess;
  tail[at.square] = 2.1 * settings.priorExcess ** 2;
}

/** −log10 of the chance of a value this large; 0 below the tail. */
export function rarity(tail: TailCells, value: number): number {
  const excess = value - tail[at.threshold];
  if (!(excess > 0)) return 0;
  const mean = tail[at.mean];
  const spread = tail[at.square] - mean * mean;
  const moment = spread > 0 ? 0.5 * (1 - (mean * mean) / spread) : leastShape;
  const shape = Math.min(mostShape, Math.max(leastShape, moment));
  return Math.min(
    mostRarity,
    -Math.log10(shareAbove) + Math.log10(1 + (shape * excess) / (mean * (1 - shape))) / shape,
  );
}

/** Takes one value into the tail; weight below 1 lets a suspicious one count for less. */
export function learnTail(tail: TailCells, value: number, weight: number): void {
  tail[at.seen] = Math.min(tail[at.seen] + 1, tailMemory);
  const step = weight * tail[at.mean] * Math.min(0.5, 40 / Math.min(tail[at.seen] + 20 * priorWeight, tailMemory));
  const excess = value - tail[at.threshold];
  tail[at.threshold] += excess > 0 ? step * tailQuantile : -step * shareAbove;
  if (!(value > tail[at.threshold])) return;
  const peak = Math.min(value - tail[at.threshold], settings.excessClip * tail[at.mean]);
  tail[at.exceeded] = Math.min(tail[at.exceeded] + weight, tailMemory * shareAbove);
  const share = weight / (tail[at.exceeded] + priorWeight);
  tail[at.mean] += share * (peak - tail[at.mean]);
  tail[at.square] += share * (peak * peak - tail[at.square]);
}

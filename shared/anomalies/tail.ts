import { settings } from "./settings.ts";
import { tailSlot as at } from "./state.ts";

const { tailQuantile, tailMemory, priorWeight } = settings;
const shareAbove = 1 - tailQuantile;
const rarityAtThreshold = -Math.log10(shareAbove);
/** Mean of ln(1 + E/ln(1/shareAbove)) for exponential E: what a tail of exponent 1 shows as mean log excess. */
const unitLogExcess = 0.21;
const leastThreshold = 0.3;
const mostRarity = 40;

/**
 * How rare a value is under the tail that the series itself has shown. A high quantile is followed; above it the tail is
 * of Weibull type, P(Z > z) = P(Z > q)^((z/q)^τ), with τ from the mean log excess (Gardes & Girard 2008): about 2 for
 * normal noise, 1 for exponential, far below 1 for bursty series, in which only the extraordinary is rare. The
 * logarithm, clipped at a few of its own means, keeps single faults from widening the tail much; a series that bursts
 * again and again widens it all the same. A prior stands for the first exceedances.
 */
export function startTail(tails: Float32Array, from: number): void {
  tails[from + at.threshold] = settings.priorThreshold;
  tails[from + at.logExcess] = settings.priorLogExcess;
}

const thresholdOf = (tails: Float32Array, from: number) =>
  Math.max(tails[from + at.threshold] as number, leastThreshold);

/** How many times as large as the quantile that is followed. */
export const excessOf = (tails: Float32Array, from: number, value: number): number =>
  value / thresholdOf(tails, from);

/** −log10 of the chance of a value this large; 0 below the tail. */
export function rarity(tails: Float32Array, from: number, value: number): number {
  const threshold = thresholdOf(tails, from);
  if (!(value > threshold)) return 0;
  const exponent = Math.min(
    settings.mostExponent,
    Math.max(settings.leastExponent, unitLogExcess / (tails[from + at.logExcess] as number)),
  );
  return Math.min(mostRarity, rarityAtThreshold * (value / threshold) ** exponent);
}

/** Takes one value into the tail that begins at `from`; a weight below 1 lets a suspicious one count for less. */
export function learnTail(tails: Float32Array, from: number, value: number, weight: number): void {
  const threshold = thresholdOf(tails, from);
  const logExcess = tails[from + at.logExcess] as number;
  const seen = Math.min((tails[from + at.seen] as number) + 1, tailMemory);
  tails[from + at.seen] = seen;
  const pace = Math.min(0.5, 40 / Math.min(seen + 20 * priorWeight, tailMemory));
  const step = weight * logExcess * threshold * pace;
  const above = value > threshold;
  const followed = tails[from + at.threshold] as number;
  tails[from + at.threshold] = followed + step * (above ? tailQuantile : -shareAbove);
  if (!above) return;
  const exceeded = Math.min((tails[from + at.exceeded] as number) + weight, tailMemory * shareAbove);
  tails[from + at.exceeded] = exceeded;
  const excess = Math.min(Math.log(value / threshold), settings.mostLogExcess, settings.tailClip * logExcess);
  tails[from + at.logExcess] = logExcess + (weight / (exceeded + priorWeight)) * (excess - logExcess);
}

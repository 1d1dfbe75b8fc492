import { settings } from "./settings.ts";
import { tailSlot as at, type TailCells } from "./state.ts";

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
export function startTail(tail: TailCells): void {
  tail[at.threshold] = settings.priorThreshold;
  tail[at.logExcess] = settings.priorLogExcess;
}

/** −log10 of the chance of a value this large; 0 below the tail. */
export function rarity(tail: TailCells, value: number): number {
  const threshold = Math.max(tail[at.threshold], leastThreshold);
  if (!(value > threshold)) return 0;
  const exponent = Math.min(
    settings.mostExponent,
    Math.max(settings.leastExponent, unitLogExcess / tail[at.logExcess]),
  );
  return Math.min(mostRarity, rarityAtThreshold * (value / threshold) ** exponent);
}

/** Takes one value into the tail; a weight below 1 lets a suspicious one count for less. */
export function learnTail(tail: TailCells, value: number, weight: number): void {
  tail[at.seen] = Math.min(tail[at.seen] + 1, tailMemory);
  const threshold = Math.max(tail[at.threshold], leastThreshold);
  const pace = Math.min(0.5, 40 / Math.min(tail[at.seen] + 20 * priorWeight, tailMemory));
  const step = weight * tail[at.logExcess] * threshold * pace;
  if (!(value > threshold)) {
    tail[at.threshold] -= step * shareAbove;
    return;
  }
  tail[at.threshold] += step * tailQuantile;
  tail[at.exceeded] = Math.min(tail[at.exceeded] + weight, tailMemory * shareAbove);
  const logExcess = Math.min(
    Math.log(value / threshold),
    settings.mostLogExcess,
    settings.tailClip * tail[at.logExcess],
  );
  tail[at.logExcess] += (weight / (tail[at.exceeded] + priorWeight)) * (logExcess - tail[at.logExcess]);
}

import { slot as at, exact as ex, type SeriesState } from "./state.ts";

const memory = 1000;
const mostStrength = 40;
const lateFrom = 1.5;
/** Fewer intervals missed in a row are what any sender does now and then. */
const leastMissed = 5;

/** Learns from an arrival how often this series comes late, and its longest silence. */
export function followArrivals({ cells, exact }: SeriesState, timeMs: number): void {
  const gap = (timeMs - exact[ex.lastMs]) / exact[ex.intervalMs];
  if (!(gap > 0 && gap < Number.POSITIVE_INFINITY)) return;
  const late = gap > lateFrom ? 1 : 0;
  cells[at.late] += (late - cells[at.late]) / Math.min(cells[at.count], memory);
  cells[at.longestSilence] = Math.max(cells[at.longestSilence], gap);
}

/**
 * −log10 of the chance that a series this regular has been silent since its last point; 0 for series that are often
 * late or have been silent about as long before.
 */
export function silenceOf({ cells, exact }: SeriesState, nowMs: number): number {
  const missed = (nowMs - exact[ex.lastMs]) / exact[ex.intervalMs] - 1;
  if (
    !(exact[ex.intervalMs] > 0 && missed >= leastMissed && missed + 1 > lateFrom * cells[at.longestSilence])
  )
    return 0;
  const late = Math.max(cells[at.late], 1 / (cells[at.count] + 2));
  return Math.min(mostStrength, -missed * Math.log10(late));
}

import type { CauseSeries } from "./ranking/case.ts";

/** What changed up to so long before an alert belongs to it; what is calm lies before. */
const leadS = 120;
const shortestLeadS = 15;
/** Of a history so short, a part of it is all the lead there is. */
const leadShare = 1 / 3;

/**
 * The moment that the ranking is to take for the alert's, epoch seconds: the alert's own, where there is history
 * enough. Of a system that is watched for minutes only, a later one, so that what is calm reaches nearer to it.
 */
export function alertTimeOf(series: readonly CauseSeries[], startMs: number): number {
  const startS = startMs / 1000;
  const firstS = series.reduce((first, { timestamps, values }) => {
    const at = values.findIndex((value) => value !== null);
    return Math.min(first, timestamps[at] ?? first);
  }, startS);
  const lead = Math.min(leadS, Math.max(shortestLeadS, (startS - firstS) * leadShare));
  return startS + leadS - lead;
}

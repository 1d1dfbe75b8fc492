import type { CauseSeries } from "./case.ts";
import { type MetricKind, metricKind } from "./metric-kind.ts";
import { isUsable, median, medianOfFew, quantileOfSorted } from "./robust.ts";

/** How one series moved at the alert, measured against how it usually moves. */
export interface MetricChange {
  service: string;
  metric: string;
  unit: string;
  peer: string | undefined;
  kind: MetricKind;
  /** What is usual: the median of the calm history. */
  usual: number;
  /** What it came to: the second most extreme value since shortly before the alert. */
  came: number;
  /** Signed; 1 is as far as its calm history went now and then. 0 where nothing can be said. */
  strength: number;
  /** The same against the level just before alone, whatever the long run was. */
  step: number;
  /** Epoch seconds of the first value outside of what is usual. */
  changedAt: number | undefined;
  calmPoints: number;
  /** Values since shortly before the alert. */
  after: number[];
}

/** An alert tells of what began up to a sampling step, and at least two minutes, before. */
const leastLeadS = 120;
/** What "just before" means: so many points, none of them older than so many steps. */
const precedingPoints = 4;
const recentSteps = 8;
/** Where a history is long, this many places in it tell how the series usually moves. */
const mostPlaces = 150;

/** Compares a series since shortly before the alert with its history; points may come in any order. */
export function metricChange(series: CauseSeries, alertTime: number): MetricChange {
  const kind = metricKind(series.metric, series.unit);
  const stepS = stepOf(series.timestamps);
  const fromS = alertTime - Math.max(leastLeadS, stepS);
  const points = pointsOf(series);
  const split = points.findIndex(({ t }) => t > fromS);
  const calmPoints = split < 0 ? points : points.slice(0, split);
  const recent = split < 0 ? [] : points.slice(split);
  const calm = calmPoints.map(({ value }) => value);
  const after = recent.map(({ value }) => value);
  const usual = calm.length > 0 ? median(calm) : (after[0] ?? 0);
  const change: MetricChange = {
    service: series.service,
    metric: series.metric,
    unit: series.unit,
    peer: series.peer ?? undefined,
    kind,
    usual,
    came: after.at(-1) ?? usual,
    strength: 0,
    step: 0,
    changedAt: undefined,
    calmPoints: calm.length,
    after,
  };
  if (after.length === 0 || calm.length === 0) return change;
  const preceding = calmPoints.slice(-precedingPoints);
  const near = preceding.filter(({ t }) => t > fromS - recentSteps * stepS);
  const before = (near.length > 0 ? near : preceding).map(({ value }) => value);
  const level = medianOfFew(before, 0, before.length);
  const off = departure(after, 0, after.length, Math.min(usual, level), Math.max(usual, level));
  if (off === 0) return { ...change, came: usual, step: stepFrom(level, after, calm, kind) };
  const notable = Math.abs(off) / 2;
  return {
    ...change,
    came: usual + off,
    strength: off / usualDeparture(calm, after.length, usual, kind),
    step: stepFrom(level, after, calm, kind),
    changedAt: recent.find(({ value }) => Math.abs(value - usual) >= notable)?.t,
  };
}

function pointsOf({ timestamps, values }: CauseSeries): { t: number; value: number }[] {
  const points: { t: number; value: number }[] = [];
  let sorted = true;
  for (const [i, t] of timestamps.entries()) {
    const value = values[i];
    if (!isUsable(value)) continue;
    if (t < (points.at(-1)?.t ?? t)) sorted = false;
    points.push({ t, value });
  }
  return sorted ? points : points.sort((a, b) => a.t - b.t);
}

/**
 * How far values left the band between two levels, signed: their second most extreme, so that one stray
 * value says little and a change that began between two samples still counts.
 */
function departure(values: readonly number[], from: number, to: number, low: number, high: number): number {
  let most = 0;
  let second = 0;
  for (let i = from; i < to; i++) {
    const value = values[i] ?? 0;
    const off = value > high ? value - high : value < low ? value - low : 0;
    if (Math.abs(off) > Math.abs(most)) {
      second = most;
      most = off;
    } else if (Math.abs(off) > Math.abs(second)) second = off;
  }
  if (to - from === 1) return most / 2;
  return Math.sign(most) === Math.sign(second) ? second : 0;
}

function stepFrom(
  level: number,
  after: readonly number[],
  calm: readonly number[],
  kind: MetricKind,
): number {
  const off = departure(after, 0, after.length, level, level);
  return off === 0 ? 0 : off / usualDeparture(calm, after.length, undefined, kind);
}

/** The same measure slid over the calm history: what it comes to when nothing is wrong. */
function usualDeparture(
  calm: readonly number[],
  length: number,
  usual: number | undefined,
  kind: MetricKind,
): number {
  const centre = usual ?? calm.at(-1) ?? 0;
  const least = leastDeparture(centre, kind);
  const stride = Math.max(1, Math.floor(calm.length / mostPlaces));
  const found: number[] = [];
  for (let at = precedingPoints; at + length <= calm.length; at += stride) {
    const level = medianOfFew(calm, at - precedingPoints, at);
    const other = usual ?? level;
    found.push(Math.abs(departure(calm, at, at + length, Math.min(level, other), Math.max(level, other))));
  }
  if (found.length < 5) return Math.max(least, fewPointsDeparture(calm, centre, kind));
  const sorted = Float64Array.from(found).sort();
  return Math.max(least, quantileOfSorted(sorted, 0.95), 0.1 * (sorted.at(-1) ?? 0));
}

/** With hardly any history, a change has to be large. */
function fewPointsDeparture(calm: readonly number[], centre: number, kind: MetricKind): number {
  const sorted = Float64Array.from(calm).sort();
  const spread = quantileOfSorted(sorted, 0.9) - quantileOfSorted(sorted, 0.1);
  return Math.max(spread, kind.signal === "availability" ? 2 : 0.15 * Math.abs(centre));
}

/** Below this a change does not matter, however steady the series was. */
function leastDeparture(usual: number, kind: MetricKind): number {
  if (kind.signal === "availability") return 0.5 + 0.05 * Math.max(0, 100 - usual);
  return Math.max((kind.signal === "memory" ? 0.01 : 0.05) * Math.abs(usual), 1e-9);
}

/** The usual distance of two samples in seconds. */
function stepOf(timestamps: readonly number[]): number {
  const last = timestamps.slice(-9);
  const steps = last.slice(1).map((t, i) => Math.abs(t - (last[i] ?? t)));
  return steps.length > 0 ? Math.max(1, median(steps)) : leastLeadS;
}

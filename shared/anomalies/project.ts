import { lookAhead } from "./forecast-engine.ts";

/** A regular history; null is a step without a value. */
export interface History {
  /** The start of the first step. */
  fromMs: number;
  stepMs: number;
  values: readonly (number | null)[];
}
export interface Projection {
  kind: "projected";
  method: "seasonal" | "trend";
  periodsMs: number[];
  timesMs: number[];
  values: number[];
  low: number[];
  high: number[];
}
export type Projected = Projection | { kind: "refused"; reason: string };

export const projectionLevel = 0.9;
const dayMs = 86_400_000;
const periodsMs = [dayMs, 7 * dayMs];
const fewestValues = 24;
const mostMissing = 0.4;
/** A period must have been seen this often, and repeat itself this well, to be believed. */
const fewestTurns = 2.5;
const leastCorrelation = 0.3;
const fewestStepsInPeriod = 4;
const mostSteps = 800;

/** Where a history is heading: its day's and week's rhythm where it has one, and its trend. */
export async function project(history: History, horizonMs: number): Promise<Projected> {
  const filled = fill(history);
  if (typeof filled === "string") return { kind: "refused", reason: filled };
  const { values, endMs } = filled;
  const { stepMs } = history;
  const periods = periodsMs.filter((periodMs) => repeats(values, periodMs / stepMs));
  const steps = Math.min(mostSteps, Math.max(1, Math.ceil(horizonMs / stepMs)));
  try {
    const ahead = await lookAhead(values, {
      periods: periods.map((periodMs) => periodMs / stepMs),
      steps,
      level: projectionLevel,
    });
    if (![...ahead.values, ...ahead.low, ...ahead.high].every(Number.isFinite)) {
      return {
        kind: "refused",
        reason: "No model fits this history: what it foresees grows without bounds.",
      };
    }
    return {
      kind: "projected",
      method: periods.length > 0 ? "seasonal" : "trend",
      periodsMs: periods,
      timesMs: ahead.values.map((_, i) => endMs + (i + 1) * stepMs),
      ...ahead,
    };
  } catch (error) {
    return { kind: "refused", reason: `No model fits this history: ${(error as Error).message}.` };
  }
}

/** When a projection reaches the limit, from whichever side the history lies on: at the earliest and probably. */
export function reach(
  { timesMs, values, low, high }: Projection,
  last: number,
  limit: number,
): { earliestMs: number | null; probablyMs: number | null } {
  const rises = last < limit;
  const first = (line: readonly number[]) => {
    const at = line.findIndex((value) => (rises ? value >= limit : value <= limit));
    return at < 0 ? null : (timesMs[at] ?? null);
  };
  return { earliestMs: first(rises ? high : low), probablyMs: first(values) };
}

/** The values from the first to the last that is known, the gaps between drawn straight; or why there are too few. */
function fill({ fromMs, stepMs, values }: History): { values: number[]; endMs: number } | string {
  const first = values.findIndex((value) => value !== null);
  const last = values.findLastIndex((value) => value !== null);
  const span = values.slice(first, last + 1);
  const known = span.filter((value) => value !== null).length;
  if (first < 0 || known < fewestValues) {
    return `${known} values are too few to tell where they are heading; ${fewestValues} are the least.`;
  }
  if (known < (1 - mostMissing) * span.length) {
    return `${Math.round(100 * (1 - known / span.length))} % of the history is missing; at most ${100 * mostMissing} % may be.`;
  }
  const filled: number[] = [];
  let before = 0;
  span.forEach((value, i) => {
    if (value === null) return;
    const from = span[before] ?? value;
    for (let gap = before + 1; gap < i; gap++)
      filled.push(from + ((value - from) * (gap - before)) / (i - before));
    filled.push(value);
    before = i;
  });
  return { values: filled, endMs: fromMs + last * stepMs };
}

/** Whether the values, without their straight trend, look like themselves one period before. */
function repeats(values: readonly number[], period: number): boolean {
  if (!Number.isInteger(period) || period < fewestStepsInPeriod || values.length < fewestTurns * period)
    return false;
  const slope = ((values.at(-1) ?? 0) - (values[0] ?? 0)) / Math.max(1, values.length - 1);
  const level = values.map((value, i) => value - slope * i);
  const mean = level.reduce((sum, value) => sum + value, 0) / level.length;
  let together = 0;
  let alone = 0;
  level.forEach((value, i) => {
    alone += (value - mean) ** 2;
    if (i >= period) together += (value - mean) * ((level[i - period] ?? mean) - mean);
  });
  return alone > 0 && together / alone >= leastCorrelation * (1 - period / level.length);
}

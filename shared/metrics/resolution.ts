import { Invalid } from "../platform/errors.ts";
import { rollUpsTell } from "./aggregate.ts";
import type { Aggregate, MetricQueryResult, MetricType } from "./schemas.ts";
import { type Windows, windowsOver } from "./windows.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export type Resolution = MetricQueryResult["resolution"];

/** How wide a roll-up is and how much of a day one of its items holds. */
export const rollUps = {
  "5m": { widthMs: 5 * minuteMs, itemMs: 6 * hourMs },
  "1h": { widthMs: hourMs, itemMs: dayMs },
} as const;

export interface Retention {
  rawMs: number;
  fiveMinutesMs: number;
  hourMs: number;
}
export const defaultRetention: Retention = {
  rawMs: 15 * dayMs,
  fiveMinutesMs: 90 * dayMs,
  hourMs: 400 * dayMs,
};

/** The default, with nothing kept longer than the given number of days. */
export function retentionOf(days: number): Retention {
  const hourMs = days * dayMs;
  const { rawMs, fiveMinutesMs } = defaultRetention;
  return { rawMs: Math.min(rawMs, hourMs), fiveMinutesMs: Math.min(fiveMinutesMs, hourMs), hourMs };
}

/** More points than any screen has columns. */
export const maxSteps = 11_000;
const targetSteps = 300;
const seconds = [1, 2, 5, 10, 15, 30].map((s) => s * 1000);
const minutes = [1, 2, 5, 10, 15, 30].map((m) => m * minuteMs);
const hours = [1, 2, 3, 6, 12, 24].map((h) => h * hourMs);
const niceStepsMs = [...seconds, ...minutes, ...hours, 2 * dayMs];

/** The step that draws a span in about 300 points. */
export function niceStep(spanMs: number): number {
  return niceStepsMs.find((stepMs) => stepMs * targetSteps >= spanMs) ?? 2 * dayMs;
}

/** Throws Invalid when the span has more steps than an answer may hold. */
export function checkSteps(fromMs: number, toMs: number, stepMs: number): void {
  const steps = Math.ceil((toMs - fromMs) / stepMs);
  if (steps > maxSteps) {
    const leastMs = Math.ceil((toMs - fromMs) / maxSteps / 1000) * 1000;
    throw new Invalid(
      `A step of ${stepMs} ms gives ${steps} points; at most ${maxSteps} are drawn, so ask for ${leastMs} ms or more.`,
      "stepMs",
    );
  }
}

export interface Plan {
  resolution: Resolution;
  windows: Windows;
}

/**
 * The coarsest resolution whose buckets fill the steps exactly. Where the finer one is already forgotten at
 * `fromMs`, the step is widened to the next that still is remembered. Aggregates that roll-ups cannot tell
 * are answered from raw points, as far back as those go. A past end is moved to the end of its bucket.
 */
export function planQuery(
  input: { fromMs: number; toMs: number; stepMs: number; aggregate: Aggregate },
  type: MetricType,
  nowMs: number,
  retention: Retention,
): Plan {
  const { fromMs, toMs, stepMs } = input;
  const plan = (resolution: Resolution, widthMs: number): Plan => {
    const bucketMs = resolution === "raw" ? 1 : rollUps[resolution].widthMs;
    const wholeMs = Math.ceil(toMs / bucketMs) * bucketMs;
    return { resolution, windows: windowsOver(fromMs, wholeMs <= nowMs ? wholeMs : toMs, widthMs) };
  };
  if (!rollUpsTell(input.aggregate, type)) return plan("raw", stepMs);
  const ageMs = nowMs - fromMs;
  const hourly = Math.ceil(stepMs / hourMs) * hourMs;
  const fiveMinutely = Math.ceil(stepMs / rollUps["5m"].widthMs) * rollUps["5m"].widthMs;
  if (stepMs === hourly || ageMs > retention.fiveMinutesMs) return plan("1h", hourly);
  if (stepMs === fiveMinutely || ageMs > retention.rawMs) return plan("5m", fiveMinutely);
  return plan("raw", stepMs);
}

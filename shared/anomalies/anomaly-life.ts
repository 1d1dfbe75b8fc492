import type { Sensitivity } from "../../events/anomalies.ts";
import { decision } from "./settings.ts";

/** Where one series or service stands: whether an anomaly is open, and what its end is told by. Times are ms. */
export interface Life {
  /** When the open anomaly began; null while none is open. */
  sinceMs: number | null;
  level: Sensitivity;
  peak: number;
  /** The band of ordinary values as it was when it began. */
  low: number;
  high: number;
  /** When a score last reached the most sensitive threshold. */
  loudMs: number;
  lastMs: number;
  /** The anomaly before, and when it was last noted that something was kept from being one. */
  priorMs: number | null;
  notedMs: number;
}

/** What the detector said of one moment. */
export interface Seen {
  timeMs: number;
  value: number | null;
  score: number;
  /** The strictest sensitivity at which the detector alarms now; each alarms once per event. */
  alarm: Sensitivity | undefined;
  low: number;
  high: number;
  /** By how much feedback has raised the thresholds: 1 = not at all. */
  raised: number;
  intervalMs: number;
}

export type Outcome = "calm" | "adapted" | "silent";
export type Step =
  | { kind: "opened" | "grew"; sinceMs: number; level: Sensitivity; threshold: number }
  | { kind: "ended"; sinceMs: number; level: Sensitivity; outcome: Outcome; threshold: number }
  /** Loud enough at the common threshold, and yet no anomaly. */
  | { kind: "suppressed"; sinceMs: number; level: Sensitivity; threshold: number };

const calmMs = 600_000;
const calmIntervals = 3;
/** A series that stays elsewhere for so long without surprising the detector has moved house. */
const adaptedMs = 3_600_000;
export const silentMs = 3_600_000;
const noteAgainMs = 6 * 3_600_000;
const strictestFirst = ["low", "medium", "high"] as const;
export const rankOf = (level: Sensitivity) => strictestFirst.indexOf(level);

export const unborn = (): Life => ({
  sinceMs: null,
  level: "high",
  peak: 0,
  low: 0,
  high: 0,
  loudMs: 0,
  lastMs: 0,
  priorMs: null,
  notedMs: 0,
});

/** The least sensitive setting whose threshold the score reaches. */
export function levelOf(score: number, raised: number): Sensitivity | undefined {
  return strictestFirst.find((level) => score >= decision.thresholds[level] * raised);
}

/**
 * Takes one moment into the life, in place, and says what changed. It opens with the detector's alarm, grows when a
 * less sensitive setting would speak too, and ends with hysteresis: ten quiet minutes and back inside the band it
 * left, or an hour of quiet anywhere.
 */
export function live(life: Life, seen: Seen): Step[] {
  const steps: Step[] = [];
  if (life.sinceMs !== null && seen.timeMs - life.lastMs > Math.max(silentMs, 3 * seen.intervalMs)) {
    steps.push(end(life, life.sinceMs, "silent", seen));
  }
  life.lastMs = seen.timeMs;
  if (life.sinceMs === null) steps.push(...begin(life, seen));
  else steps.push(...goOn(life, life.sinceMs, seen));
  return steps;
}

function begin(life: Life, seen: Seen): Step[] {
  const level = seen.alarm;
  if (level) {
    Object.assign(life, {
      sinceMs: seen.timeMs,
      level,
      peak: seen.score,
      low: seen.low,
      high: seen.high,
      loudMs: seen.timeMs,
    });
    return [{ kind: "opened", sinceMs: seen.timeMs, level, threshold: thresholdOf(level, seen) }];
  }
  const common = levelOf(seen.score, 1);
  if (!common || life.priorMs === null || seen.timeMs - life.notedMs < noteAgainMs) return [];
  life.notedMs = seen.timeMs;
  return [{ kind: "suppressed", sinceMs: life.priorMs, level: common, threshold: thresholdOf(common, seen) }];
}

function goOn(life: Life, sinceMs: number, seen: Seen): Step[] {
  life.peak = Math.max(life.peak, seen.score);
  const level = seen.alarm;
  if (level && rankOf(level) < rankOf(life.level)) {
    life.level = level;
    life.loudMs = seen.timeMs;
    return [{ kind: "grew", sinceMs, level, threshold: thresholdOf(level, seen) }];
  }
  if (levelOf(seen.score, seen.raised)) {
    life.loudMs = seen.timeMs;
    return [];
  }
  const quietMs = seen.timeMs - life.loudMs;
  const inside = seen.value === null || (seen.value >= life.low && seen.value <= life.high);
  if (inside && quietMs >= Math.max(calmMs, calmIntervals * seen.intervalMs)) {
    return [end(life, sinceMs, "calm", seen)];
  }
  return quietMs >= Math.max(adaptedMs, calmIntervals * seen.intervalMs)
    ? [end(life, sinceMs, "adapted", seen)]
    : [];
}

function end(life: Life, sinceMs: number, outcome: Outcome, seen: Seen): Step {
  life.sinceMs = null;
  life.priorMs = sinceMs;
  return { kind: "ended", sinceMs, level: life.level, outcome, threshold: thresholdOf("high", seen) };
}

const thresholdOf = (level: Sensitivity, { raised }: Seen) => decision.thresholds[level] * raised;

const cells = 10;
export const lifeBytes = 8 * cells;

/** The life as bytes, every number a double; null is NaN. */
export function saveLife(life: Life): Uint8Array {
  const { sinceMs, level, peak, low, high, loudMs, lastMs, priorMs, notedMs } = life;
  const numbers = [
    sinceMs ?? Number.NaN,
    rankOf(level),
    peak,
    low,
    high,
    loudMs,
    lastMs,
    priorMs ?? Number.NaN,
    notedMs,
    0,
  ];
  return new Uint8Array(Float64Array.from(numbers).buffer);
}

export function loadLife(bytes: Uint8Array): Life {
  const [
    sinceMs = 0,
    rank = 0,
    peak = 0,
    low = 0,
    high = 0,
    loudMs = 0,
    lastMs = 0,
    priorMs = 0,
    notedMs = 0,
  ] = new Float64Array(bytes.slice(0, lifeBytes).buffer);
  return {
    sinceMs: Number.isNaN(sinceMs) ? null : sinceMs,
    level: strictestFirst[rank] ?? "high",
    peak,
    low,
    high,
    loudMs,
    lastMs,
    priorMs: Number.isNaN(priorMs) ? null : priorMs,
    notedMs,
  };
}

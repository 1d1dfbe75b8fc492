import { alarmAt, decision, features, type Sensitivity } from "./settings.ts";
import { slot as at, exact as ex, type SeriesState, tailCount } from "./state.ts";

/** What one feature at its own alarm strength scores. */
const unitScore = decision.thresholds.medium;
const mostScore = 100;
const usualIntervalMs = 300_000;
const usualStrengths: readonly number[] = features.map((feature) => alarmAt[feature]);

/** A tenfold interval is worth one more: rare means rare in time, within what a minute and an hour give. */
function leanOf(intervalMs: number): number {
  if (intervalMs === 0) return 0;
  return Math.log10(Math.min(3_600_000, Math.max(60_000, intervalMs)) / usualIntervalMs);
}

/**
 * One number from all features, each relative to the strength at which it alarms alone: their norm of the fourth power,
 * which is little more than the loudest unless several agree.
 */
export function scoreOf(
  strengths: ArrayLike<number>,
  intervalMs: number,
  perFeature: readonly number[] = usualStrengths,
): { score: number; loudest: number } {
  const lean = leanOf(intervalMs);
  let loudest = 0;
  let top = 0;
  let sum = 0;
  for (let i = 0; i < perFeature.length; i++) {
    const given = strengths[i] as number;
    if (given <= 0) continue;
    const strength = (i < tailCount ? given + lean : given) / (perFeature[i] as number);
    if (strength <= 0) continue;
    if (strength > top) {
      top = strength;
      loudest = i;
    }
    const square = strength * strength;
    sum += square * square;
  }
  return { score: Math.min(mostScore, unitScore * Math.sqrt(Math.sqrt(sum))), loudest };
}

/** Where the decision on a series stands: how long its event stays open, and how loud it was when it last alarmed. */
export interface Standing {
  openUntilMs: number;
  peak: number;
}

/**
 * Whether the score alarms: when an event opens, and again while it is open only when the score grows beyond a bar that
 * falls from a multiple of the event's peak, right after a loud point, to the threshold when quiet has passed.
 */
export function decide(
  standing: Standing,
  score: number,
  timeMs: number,
  quietMs: number,
  threshold: number,
) {
  if (score < threshold) return false;
  const left = Math.min(1, (standing.openUntilMs - timeMs) / quietMs);
  standing.openUntilMs = timeMs + quietMs;
  if (left >= 0) {
    const bar = standing.peak * decision.escalation;
    const passed = 1 - left;
    if (!(score > threshold * (bar / threshold) ** (1 - passed * passed))) return false;
  }
  standing.peak = score;
  return true;
}

/** How long an event of a series of this interval stays open after its last loud point. */
export const quietMsOf = (intervalMs: number): number =>
  Math.min(decision.quietMs, decision.quietIntervals * intervalMs || decision.quietMs);

/** Whether a series' score alarms, by its own threshold. */
export function alarms(state: SeriesState, score: number, timeMs: number, sensitivity: Sensitivity): boolean {
  const { cells, exact } = state;
  const threshold = decision.thresholds[sensitivity] * (1 + cells[at.dismissed]);
  const standing = { openUntilMs: exact[ex.openUntilMs], peak: cells[at.peak] };
  const alarm = decide(standing, score, timeMs, quietMsOf(exact[ex.intervalMs]), threshold);
  exact[ex.openUntilMs] = standing.openUntilMs;
  cells[at.peak] = standing.peak;
  return alarm;
}

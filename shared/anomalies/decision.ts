import { alarmAt, decision, features, type Sensitivity } from "./settings.ts";
import { slot as at, exact as ex, type SeriesState, tailCount } from "./state.ts";

const perStrength = features.map((feature) => 1 / alarmAt[feature]);
/** What one feature at its own alarm strength scores. */
const unitScore = decision.thresholds.medium;
const mostScore = 100;
const usualIntervalMs = 300_000;

/** How much a rarity gains by the series' interval, within what a minute and an hour give. */
function leanOf(intervalMs: number): number {
  if (intervalMs === 0) return 0;
  const bounded = Math.min(3_600_000, Math.max(60_000, intervalMs));
  return decision.intervalLean * Math.log10(bounded / usualIntervalMs);
}

/** One number from all features: the loudest, and a little for those that agree with it. */
export function scoreOf(strengths: Float64Array, intervalMs: number): { score: number; loudest: number } {
  const lean = leanOf(intervalMs);
  let loudest = 0;
  let top = 0;
  let sum = 0;
  for (let i = 0; i < perStrength.length; i++) {
    const given = strengths[i] as number;
    if (given <= 0) continue;
    const strength = (i < tailCount ? given + lean : given) * (perStrength[i] as number);
    if (strength > top) {
      top = strength;
      loudest = i;
    }
    const square = strength * strength;
    sum += square * square;
  }
  const together = Math.sqrt(Math.sqrt(sum));
  return { score: Math.min(mostScore, unitScore * (top + decision.agreement * (together - top))), loudest };
}

/** Whether the score alarms: once when an event opens, and again only when it grows far beyond its peak. */
export function alarms(state: SeriesState, score: number, timeMs: number, sensitivity: Sensitivity): boolean {
  const { cells, exact } = state;
  const threshold = decision.thresholds[sensitivity] * (1 + cells[at.dismissed]);
  if (score < threshold) return false;
  const fade = Math.exp(-Math.max(0, timeMs - exact[ex.lastAlarmMs]) / decision.habitMs);
  if (score < threshold * (1 + cells[at.habit] * fade)) return false;
  const opens = timeMs > exact[ex.openUntilMs];
  const grows = score > cells[at.peak] * decision.escalation;
  const quietMs = Math.min(
    decision.quietMs,
    decision.quietIntervals * exact[ex.intervalMs] || decision.quietMs,
  );
  exact[ex.openUntilMs] = timeMs + quietMs;
  if (!opens && !grows) return false;
  cells[at.peak] = score;
  cells[at.habit] = Math.min(1, cells[at.habit] * fade + (opens ? decision.habit : 0));
  exact[ex.lastAlarmMs] = timeMs;
  return true;
}

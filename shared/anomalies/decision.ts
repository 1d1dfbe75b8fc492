import { alarmAt, decision, features, type Sensitivity } from "./settings.ts";
import { exact as ex, type SeriesState, slot as at } from "./state.ts";

const perStrength = features.map((feature) => 1 / alarmAt[feature]);
/** What one feature at its own alarm strength scores. */
const unitScore = decision.thresholds.medium;
const mostScore = 100;

/** One number from all features: the loudest, and a little for those that agree with it. */
export function scoreOf(strengths: Float64Array): { score: number; loudest: number } {
  let loudest = 0;
  let top = 0;
  let sum = 0;
  for (let i = 0; i < perStrength.length; i++) {
    const strength = (strengths[i] as number) * (perStrength[i] as number);
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
  if (score < decision.thresholds[sensitivity] * (1 + cells[at.dismissed])) return false;
  const opens = timeMs > exact[ex.openUntilMs];
  const grows = score > cells[at.peak] * decision.escalation;
  if (opens || grows) cells[at.peak] = score;
  exact[ex.openUntilMs] = timeMs + decision.quietMs;
  return opens || grows;
}

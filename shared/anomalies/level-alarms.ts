import type { Sensitivity } from "../../events/anomalies.ts";
import { alarms } from "./decision.ts";
import { slot as at, emptyState, exact as ex, type SeriesState } from "./state.ts";

const others = ["low", "high"] as const;
const kept = 4;
export const levelBytes = 8 * kept * others.length;

/**
 * What a detector would decide at the other sensitivities than the one it runs at, from its scores: each sensitivity
 * has its own open event and its own habits, and everything else the detector knows is the same for all.
 */
export class LevelAlarms {
  readonly #states: Record<(typeof others)[number], SeriesState> = { low: blank(), high: blank() };

  /** The strictest sensitivity that alarms now, the detector's own decision at medium among them. */
  strictest(state: SeriesState, score: number, timeMs: number, medium: boolean): Sensitivity | undefined {
    const [low, high] = others.map((level) => {
      const own = this.#states[level];
      own.cells[at.dismissed] = state.cells[at.dismissed];
      own.exact[ex.intervalMs] = state.exact[ex.intervalMs];
      return alarms(own, score, timeMs, level);
    });
    return low ? "low" : medium ? "medium" : high ? "high" : undefined;
  }

  save(): Uint8Array {
    const numbers = others.flatMap((level) => {
      const { cells, exact } = this.#states[level];
      return [cells[at.peak], cells[at.habit], exact[ex.openUntilMs], exact[ex.lastAlarmMs]];
    });
    return new Uint8Array(Float64Array.from(numbers).buffer);
  }

  load(bytes: Uint8Array): void {
    const numbers = new Float64Array(bytes.slice(0, levelBytes).buffer);
    others.forEach((level, i) => {
      const { cells, exact } = this.#states[level];
      const [peak = 0, habit = 0, openUntilMs = 0, lastAlarmMs = 0] = numbers.subarray(i * kept);
      cells[at.peak] = peak;
      cells[at.habit] = habit;
      exact[ex.openUntilMs] = openUntilMs;
      exact[ex.lastAlarmMs] = lastAlarmMs;
    });
  }
}

function blank(): SeriesState {
  const state = emptyState();
  state.exact[ex.openUntilMs] = -Number.MAX_VALUE;
  return state;
}

import type { Sensitivity } from "../../events/anomalies.ts";
import { decide, quietMsOf, type Standing } from "./decision.ts";
import { decision } from "./settings.ts";
import { slot as at, exact as ex, type SeriesState } from "./state.ts";

const others = ["low", "high"] as const;
const kept = 2;
export const levelBytes = 8 * kept * others.length;

/**
 * What a detector would decide at the other sensitivities than the one it runs at, from its scores: each sensitivity
 * has its own open event, and everything else the detector knows is the same for all.
 */
export class LevelAlarms {
  readonly #standings: Record<(typeof others)[number], Standing> = { low: blank(), high: blank() };

  /** The strictest sensitivity that alarms now, the detector's own decision at medium among them. */
  strictest(
    { cells, exact }: SeriesState,
    score: number,
    timeMs: number,
    medium: boolean,
  ): Sensitivity | undefined {
    const quietMs = quietMsOf(exact[ex.intervalMs]);
    const [low, high] = others.map((level) => {
      const threshold = decision.thresholds[level] * (1 + cells[at.dismissed]);
      return decide(this.#standings[level], score, timeMs, quietMs, threshold);
    });
    return low ? "low" : medium ? "medium" : high ? "high" : undefined;
  }

  save(): Uint8Array {
    const numbers = others.flatMap((level) => {
      const { peak, openUntilMs } = this.#standings[level];
      return [peak, openUntilMs];
    });
    return new Uint8Array(Float64Array.from(numbers).buffer);
  }

  load(bytes: Uint8Array): void {
    const numbers = new Float64Array(bytes.slice(0, levelBytes).buffer);
    others.forEach((level, i) => {
      const [peak = 0, openUntilMs = 0] = numbers.subarray(i * kept);
      Object.assign(this.#standings[level], { peak, openUntilMs });
    });
  }
}

const blank = (): Standing => ({ openUntilMs: -Number.MAX_VALUE, peak: 0 });

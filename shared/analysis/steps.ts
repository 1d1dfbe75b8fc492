import { isoTime } from "../platform/clock.ts";
import type { AnalysisStep } from "./schemas.ts";

export interface StepClock {
  nowMs(): number;
}

/** Notes each step of the work: what it was, how long it took and what came of it. */
export function makeSteps({ nowMs }: StepClock) {
  const steps: AnalysisStep[] = [];
  const note = (what: string, startMs: number, outcome: string) =>
    steps.push({ what, at: isoTime(startMs), tookMs: Math.max(0, nowMs() - startMs), costUsd: 0, outcome });
  return {
    steps,
    /** Does the work; a failure is noted and thrown on. */
    async take<T>(what: string, work: () => Promise<T>, outcome: (result: T) => string): Promise<T> {
      const startMs = nowMs();
      try {
        const result = await work();
        note(what, startMs, outcome(result));
        return result;
      } catch (error) {
        note(what, startMs, `failed: ${error instanceof Error ? error.name : "unknown"}`);
        throw error;
      }
    },
  };
}
export type Steps = ReturnType<typeof makeSteps>;

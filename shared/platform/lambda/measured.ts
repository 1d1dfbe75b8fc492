import type { Log } from "../log.ts";

/** What one invocation came to, in records (an HTTP request, a tick and a WebSocket event are one). */
export interface Outcome {
  handled: number;
  failed: number;
}

/** The first invocation of this process pays for its start. */
let cold = true;

/**
 * Runs one invocation and writes its measures as a line of the log: records handled and failed, how long it took,
 * whether it was a cold start. What `run` throws counts as one failed record, and is thrown on.
 */
export async function measured<T>(
  log: Pick<Log, "measure">,
  run: () => Promise<T>,
  outcomeOf: (answer: T) => Outcome,
): Promise<T> {
  const startMs = performance.now();
  const coldStart = cold;
  cold = false;
  const write = (outcome: Outcome) =>
    log.measure({ ...outcome, durationMs: Math.round((performance.now() - startMs) * 10) / 10, coldStart });
  try {
    const answer = await run();
    write(outcomeOf(answer));
    return answer;
  } catch (error) {
    write({ handled: 0, failed: 1 });
    throw error;
  }
}

/** One record, handled unless it failed. */
export function oneRecord(failed: boolean): Outcome {
  return { handled: failed ? 0 : 1, failed: failed ? 1 : 0 };
}

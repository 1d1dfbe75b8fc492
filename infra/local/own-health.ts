import { beyondPutOff, type HealthSample } from "../../shared/health/health-points.ts";
import type { Measures } from "../../shared/platform/measures.ts";
import type { FunctionRow } from "../topology/row.ts";
import { FunctionError, type FunctionRunner } from "./functions/function-runner.ts";
import type { Queues } from "./queues/queues.ts";

const durationsKept = 10_000;

type QueueState = Pick<Queues, "depth" | "oldestAgeMs" | "parked">;

interface Work {
  handled: number;
  failed: number;
  coldStarts: number;
  durationsMs: number[];
}

/**
 * Adds up what the functions' own measures say, and looks at their queues: on a laptop what CloudWatch does on
 * AWS, from the same lines of the log. `take` hands over what came since it was last asked.
 */
export function openOwnHealth(rows: readonly FunctionRow[]) {
  const works = new Map<string, Work>();
  const workOf = (name: string) => {
    const work = works.get(name) ?? { handled: 0, failed: 0, coldStarts: 0, durationsMs: [] };
    works.set(name, work);
    return work;
  };
  return {
    measure(name: string, { handled, failed, durationMs, coldStart }: Measures): void {
      const work = workOf(name);
      work.handled += handled;
      work.failed += failed;
      if (coldStart) work.coldStarts += 1;
      // Nobody may be there to take them.
      if (work.durationsMs.length < durationsKept) work.durationsMs.push(durationMs);
    },
    /** An invocation ended without a line of its own: it crashed or ran out of time. */
    crash(name: string): void {
      workOf(name).failed += 1;
    },
    take(queues: QueueState, atMs: number): HealthSample[] {
      const samples = rows.map((row) => ({
        function: row.name,
        atMs,
        values: { ...told(works.get(row.name)), ...queueOf(row, queues, atMs) },
      }));
      works.clear();
      return samples;
    },
  };
}

/** A function whose invocations count as failed where they end without a line of their own. */
export function watchedRunner(
  runner: FunctionRunner,
  health: Pick<ReturnType<typeof openOwnHealth>, "crash">,
): FunctionRunner {
  return {
    ...runner,
    async invoke(event) {
      try {
        return await runner.invoke(event);
      } catch (error) {
        if (error instanceof FunctionError && error.cutOff) health.crash(runner.name);
        throw error;
      }
    },
  };
}

function told(work: Work | undefined): HealthSample["values"] {
  if (!work) return {};
  const { handled, failed, coldStarts, durationsMs } = work;
  return {
    ...(handled > 0 ? { handled } : {}),
    ...(failed > 0 ? { failed } : {}),
    ...(coldStarts > 0 ? { coldStarts } : {}),
    ...(durationsMs.length > 0 ? { durationP95: p95(durationsMs) } : {}),
  };
}

function queueOf(
  { name, trigger, permissions }: FunctionRow,
  queues: QueueState,
  atMs: number,
): HealthSample["values"] {
  switch (trigger.kind) {
    case "queue": {
      const { ready, parked } = queues.depth(name);
      const ageS = Math.round(queues.oldestAgeMs(name, atMs) / 1000);
      const putsOff = permissions?.includes("queue:delay-own") ?? false;
      return { waiting: ready, oldestAge: putsOff ? beyondPutOff(ageS) : ageS, parked };
    }
    case "schedule":
      return { parked: queues.parked(name) };
    case "http":
    case "websocket":
    case "user-pool":
      return {};
  }
}

/** The smallest value that 95 in 100 do not exceed. */
function p95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
}

import type { FunctionRow } from "../topology/row.ts";
import { rulePattern } from "../topology/rule-pattern.ts";
import { openEventSource } from "./event-source.ts";
import type { FunctionRunner } from "./functions/function-runner.ts";
import { deadLetterQueueOf, type Queues } from "./queues/queues.ts";
import { openSchedule } from "./schedules.ts";

/** Batches of one function at once where its row sets no limit. */
const defaultConcurrency = 5;

/** Starts the schedules, and a poller for each queue. */
export function openTriggers(
  topology: readonly FunctionRow[],
  runnerOf: (row: FunctionRow) => FunctionRunner,
  queues: Queues,
  onError: (error: unknown) => void,
) {
  const schedules = new Map<string, ReturnType<typeof openSchedule>>();
  const sources: ReturnType<typeof openEventSource>[] = [];
  for (const row of topology) {
    const { name, trigger } = row;
    const runner = runnerOf(row);
    if (trigger.kind === "schedule") {
      const park = (event: unknown) =>
        queues.send([{ queue: deadLetterQueueOf(name), body: JSON.stringify(event) }]);
      schedules.set(name, openSchedule({ everyMinutes: trigger.everyMinutes, runner, park, onError }));
    }
    if (trigger.kind === "queue") {
      const { batchSize, batchWindowS, maxConcurrency = defaultConcurrency } = trigger;
      sources.push(
        openEventSource({ queue: name, batchSize, batchWindowS, maxConcurrency, runner, queues, onError }),
      );
    }
  }
  return { schedules, sources };
}

/** The bus's rules: which events land in which queue. */
export function busRules(topology: readonly FunctionRow[]) {
  return topology.flatMap(({ name, trigger }) =>
    trigger.kind === "queue" ? [{ queue: name, pattern: rulePattern(trigger) }] : [],
  );
}

/** The HTTP API's routes, each with its function. */
export function httpRoutes(topology: readonly FunctionRow[], runnerOf: (row: FunctionRow) => FunctionRunner) {
  return topology.flatMap((row) =>
    row.trigger.kind === "http" ? row.trigger.routes.map((route) => [route, runnerOf(row)] as const) : [],
  );
}

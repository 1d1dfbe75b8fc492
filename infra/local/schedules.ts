import { Cron } from "croner";
import { isoTime, nowMs } from "../../shared/platform/clock.ts";
import { newId } from "../../shared/platform/ids.ts";
import type { FunctionRunner } from "./functions/function-runner.ts";

export interface ScheduleSettings {
  everyMinutes: number;
  runner: FunctionRunner;
  /** Keeps a tick that failed for good. */
  park(event: unknown): void;
  onError(error: unknown): void;
}

export interface Schedule {
  /** Runs the tick of that moment now, retries included. */
  fire(scheduledMs: number): Promise<void>;
  stop(): Promise<void>;
}

const minuteMs = 60_000;
/** EventBridge's asynchronous invocations: the first try and two more. */
const retryAfterMs = [2_000, 10_000];

/**
 * EventBridge's schedule of one function: a tick at every full N minutes of the clock. A machine that slept
 * gets one tick when it wakes, not one for each it missed. A tick that fails is tried twice more and then parked.
 */
export function openSchedule({ everyMinutes, runner, park, onError }: ScheduleSettings): Schedule {
  if (60 % everyMinutes !== 0) {
    throw new Error(
      `${runner.name}: every ${everyMinutes} minutes does not divide an hour; take 1, 5, 15, 30 or 60.`,
    );
  }
  const running = new Set<Promise<void>>();
  let stopping = false;

  const run = async (scheduledMs: number) => {
    const event = toEvent(runner.name, scheduledMs);
    for (const waitMs of [...retryAfterMs, undefined]) {
      try {
        await runner.invoke(event);
        return;
      } catch (error) {
        onError(error);
        if (waitMs === undefined) return park(event);
        if (stopping) return;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  };

  const fire = (scheduledMs: number) => {
    const work: Promise<void> = run(scheduledMs).finally(() => running.delete(work));
    running.add(work);
    return work;
  };

  const periodMs = everyMinutes * minuteMs;
  const clock = new Cron(everyMinutes === 60 ? "0 * * * *" : `*/${everyMinutes} * * * *`, () => {
    fire(Math.floor(nowMs() / periodMs) * periodMs).catch(onError);
  });
  return {
    fire,
    async stop() {
      stopping = true;
      clock.stop();
      await Promise.all(running);
    },
  };
}

function toEvent(name: string, scheduledMs: number) {
  return {
    version: "0",
    id: newId("event"),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: "000000000000",
    time: isoTime(scheduledMs).replace(/\.\d{3}Z$/, "Z"),
    region: "us-east-1",
    resources: [`arn:aws:events:us-east-1:000000000000:rule/${name}`],
    detail: {},
  };
}

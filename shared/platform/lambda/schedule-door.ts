import middy from "@middy/core";
import type { EventBridgeEvent } from "aws-lambda";
import { nowMs } from "../clock.ts";
import type { Ctx } from "../context.ts";
import { newId } from "../ids.ts";
import type { Log } from "../log.ts";
import { measured, oneRecord } from "./measured.ts";

export interface ScheduleServices {
  log: Log;
}

export interface ScheduleDoorOptions<S> {
  services: () => S;
  name: string;
  /** Runs once per tick. `ctxFor(tenantId)` makes the context of the work for one tenant. */
  run(tick: Tick, services: S): Promise<void>;
}
export interface Tick {
  /** The moment the schedule meant, ms: the same for a tick delivered twice. */
  scheduledMs: number;
  nowMs: number;
  ctxFor(tenantId: string): Ctx;
}

type ScheduledEvent = EventBridgeEvent<"Scheduled Event", unknown>;

/** The Lambda behind a schedule. A throw makes the scheduler try again and, in the end, park the tick. */
export function scheduleDoor<S extends ScheduleServices>(options: ScheduleDoorOptions<S>) {
  return middy<ScheduledEvent, void>().handler(async (event: ScheduledEvent) => {
    const services = options.services();
    const now = nowMs();
    const traceId = newId("request");
    const ctxFor = (tenantId: string): Ctx => ({
      tenantId,
      actor: { kind: "system", id: options.name },
      traceId,
      causationId: null,
      nowMs: now,
    });
    try {
      const tick = { scheduledMs: Date.parse(event.time), nowMs: now, ctxFor };
      await measured(
        services.log,
        () => options.run(tick, services),
        () => oneRecord(false),
      );
    } catch (error) {
      services.log.error("scheduled run failed", { error, traceId });
      throw error;
    }
  });
}

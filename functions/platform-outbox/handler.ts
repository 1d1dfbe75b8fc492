import { sweepOutbox } from "../../shared/platform/bus/sweep-outbox.ts";
import { scheduleDoor, type Tick } from "../../shared/platform/lambda/schedule-door.ts";
import { type Services, services } from "./services.ts";

export async function onTick(tick: Tick, { tables, publish, log }: Services): Promise<void> {
  for (const table of tables) await sweepOutbox(table, publish, log, tick.nowMs);
}

export const handler = scheduleDoor({ services, name: "platform-outbox", run: onTick });

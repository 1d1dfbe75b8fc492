import { sweepOutbox } from "../../shared/platform/bus/sweep-outbox.ts";
import { scheduleDoor, type Tick } from "../../shared/platform/lambda/schedule-door.ts";
import { type Services, services } from "./services.ts";

export async function onTick(tick: Tick, { tables, publish, log }: Services): Promise<void> {
  const sweeps = await Promise.allSettled(
    tables.map((table) => sweepOutbox(table, publish, log, tick.nowMs)),
  );
  for (const sweep of sweeps) if (sweep.status === "rejected") throw sweep.reason;
}

export const handler = scheduleDoor({ services, name: "platform-outbox", run: onTick });

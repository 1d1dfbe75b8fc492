import type { Envelope } from "../../events/envelope.ts";
import { eachInParallel } from "../platform/each-in-parallel.ts";
import { cutConnections } from "./cut-connections.ts";
import type { EventLog, LoggedEvent } from "./event-log-store.ts";
import type { FrameBudget } from "./frame-budget.ts";
import { isTooLarge } from "./frame-sender.ts";
import { hears } from "./hears.ts";
import type { ServerFrame } from "./schemas.ts";
import { type SendDeps, sendFrames } from "./send-frames.ts";

/** What of an event a dashboard is told. */
export type LiveEvent = Pick<Envelope, "id" | "type" | "time" | "data">;

export interface PushDeps extends SendDeps {
  eventLog: EventLog;
  budget: FrameBudget;
}

const connectionsAtOnce = 20;

/**
 * Logs a tenant's events and sends them to its open dashboards, each event once unless a process dies midway.
 * What a storm brings beyond the budget becomes one frame that says "fetch afresh". A connection that does not
 * take its frames is hung up on: it comes back and resumes, and the others never wait for it.
 */
export async function pushEvents(
  tenantId: string,
  events: readonly LiveEvent[],
  nowMs: number,
  deps: PushDeps,
): Promise<void> {
  const { eventLog, connections } = deps;
  const distinct = [...new Map(events.map((event) => [event.id, event])).values()];
  const done = await eventLog.done(
    tenantId,
    distinct.map(({ id }) => id),
  );
  const fresh = distinct
    .filter((event) => !done.has(event.id))
    .map(({ id, type, time, data }) => ({ id, type, time, data }))
    .sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
  if (fresh.length === 0) return;
  const logged = await eventLog.append(tenantId, fresh, nowMs);
  const live = await connections.live(tenantId);
  await cutConnections(
    live.filter(({ untilMs }) => untilMs !== null && untilMs <= nowMs),
    deps,
  );
  const listening = live.filter(({ untilMs }) => untilMs === null || untilMs > nowMs);
  const inBudget = listening.length === 0 || deps.budget.take(tenantId, logged.length, nowMs);
  await eachInParallel(listening, connectionsAtOnce, (connection) => {
    const heard = logged.filter((event) => hears(connection, event));
    return sendFrames(connection, framesOf(heard, inBudget), deps);
  });
  await eventLog.markDone(
    tenantId,
    fresh.map(({ id }) => id),
    nowMs,
  );
}

function framesOf(events: LoggedEvent[], inBudget: boolean): ServerFrame[] {
  const frames = events.map(toFrame);
  if (frames.length === 0 || (inBudget && !frames.some(isTooLarge))) return frames;
  return [{ kind: "ready", seq: events.at(-1)?.seq ?? null, gap: true }];
}

export function toFrame(event: LoggedEvent): ServerFrame {
  return { kind: "event", ...event };
}

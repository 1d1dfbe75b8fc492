import type { Connection } from "./connection-store.ts";
import { cutConnections } from "./cut-connections.ts";
import type { EventLog } from "./event-log-store.ts";
import { isTooLarge } from "./frame-sender.ts";
import { hears } from "./hears.ts";
import { toFrame } from "./push-events.ts";
import { ClientFrame, type ServerFrame } from "./schemas.ts";
import { type SendDeps, sendFrames } from "./send-frames.ts";

export interface AnswerDeps extends SendDeps {
  eventLog: EventLog;
  /** Whether who opened the connection may still listen; not answered from memory. */
  mayListen(connection: Connection): Promise<boolean>;
}

/** More than this is fetched faster than it is replayed. */
const maxReplay = 200;

/**
 * Answers what a client sent. Text that is no frame gets an error frame; a connection nobody admitted is
 * hung up on.
 */
export async function answerClient(
  connectionId: string,
  text: string,
  nowMs: number,
  deps: AnswerDeps,
): Promise<void> {
  const connection = await deps.connections.find(connectionId);
  if (!connection) return deps.sender.close(connectionId);
  const frame = readFrame(text);
  switch (frame?.action) {
    case "hello":
      return resume(connection, frame.afterSeq, nowMs, deps);
    case "ping":
      if (connection.untilMs !== null && connection.untilMs <= nowMs)
        return cutConnections([connection], deps);
      return sendFrames(connection, [{ kind: "pong" }], deps);
    case undefined:
      return sendFrames(connection, [{ kind: "error", detail: notAFrame }], deps);
  }
}

const notAFrame =
  'This is no frame of this protocol; send {"action":"hello","afterSeq":null} or {"action":"ping"} as JSON text.';

/** Live first, then what was missed: an event in between comes twice rather than never. */
async function resume(
  connection: Connection,
  afterSeq: string | null,
  nowMs: number,
  deps: AnswerDeps,
): Promise<void> {
  const { connections, eventLog } = deps;
  await connections.goLive(connection, nowMs);
  // Asked after it is live: whoever takes the right away from now on finds the connection and cuts it.
  if (!(await deps.mayListen(connection))) return cutConnections([connection], deps);
  const newest = await eventLog.newestSeq(connection.tenantId);
  const missed =
    afterSeq === null ? [] : await eventLog.since(connection.tenantId, afterSeq, maxReplay, nowMs);
  const frames = missed === "gap" ? [] : missed.filter((event) => hears(connection, event)).map(toFrame);
  const gap = missed === "gap" || frames.some(isTooLarge);
  const ready: ServerFrame = { kind: "ready", seq: newest ?? afterSeq, gap };
  await sendFrames(connection, gap ? [ready] : [...frames, ready], deps);
}

function readFrame(text: string): ClientFrame | undefined {
  try {
    return ClientFrame.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

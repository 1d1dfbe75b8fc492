import type { Log } from "../platform/log.ts";
import type { Connection, ConnectionStore } from "./connection-store.ts";
import type { FrameSender } from "./frame-sender.ts";
import type { ServerFrame } from "./schemas.ts";

export interface SendDeps {
  connections: ConnectionStore;
  sender: FrameSender;
  log: Log;
}

/**
 * Sends the frames in their order and never throws: a client that is gone is forgotten, one that does not take
 * its frames is hung up on, so that it comes back and resumes instead of missing some.
 */
export async function sendFrames(
  connection: Connection,
  frames: readonly ServerFrame[],
  deps: SendDeps,
): Promise<void> {
  try {
    for (const frame of frames) {
      if ((await deps.sender.send(connection.connectionId, frame)) === "gone") {
        await deps.connections.forget(connection);
        return;
      }
    }
  } catch (error) {
    deps.log.warn("a dashboard did not take its frames and is hung up on", {
      connectionId: connection.connectionId,
      reason: error instanceof Error ? error.message : String(error),
    });
    await hangUp(connection, deps);
  }
}

async function hangUp(connection: Connection, { connections, sender, log }: SendDeps): Promise<void> {
  const ends = [connections.forget(connection), sender.close(connection.connectionId)];
  for (const end of await Promise.allSettled(ends)) {
    if (end.status === "rejected") log.error("hanging up failed", { error: end.reason });
  }
}

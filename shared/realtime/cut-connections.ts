import type { Log } from "../platform/log.ts";
import type { Connection, ConnectionStore } from "./connection-store.ts";
import type { FrameSender } from "./frame-sender.ts";

export interface CutDeps {
  connections: ConnectionStore;
  sender: FrameSender;
  log: Log;
}

/** Whose connections an event takes the ground from under. */
export type Cut = { personId: string } | { sessionId: string } | { keyId: string } | { connectionId: string };

/** Hangs up on whom it concerns among a tenant's listeners: they come back as what they are now, or not at all. */
export async function cutListeners(tenantId: string, cuts: readonly Cut[], deps: CutDeps): Promise<void> {
  const others = cuts.some((cut) => !("connectionId" in cut));
  const listeners = others ? await deps.connections.live(tenantId) : [];
  for (const cut of cuts) {
    // One that never said hello is not among the listeners.
    const named = "connectionId" in cut ? await deps.connections.find(cut.connectionId) : undefined;
    if (named?.tenantId === tenantId) listeners.push(named);
  }
  const concerned = listeners.filter((connection) => cuts.some((cut) => concerns(cut, connection)));
  await cutConnections(concerned, deps);
}

function concerns(cut: Cut, { connectionId, listener, keyId }: Connection): boolean {
  if ("connectionId" in cut) return connectionId === cut.connectionId;
  if ("keyId" in cut) return keyId === cut.keyId;
  return "sessionId" in cut ? listener?.sessionId === cut.sessionId : listener?.personId === cut.personId;
}

/** Forgets connections and hangs up on them. Throws where one is not forgotten, so that it is tried again. */
export async function cutConnections(
  connections: readonly Connection[],
  { connections: store, sender, log }: CutDeps,
): Promise<void> {
  for (const connection of connections) {
    await sender.close(connection.connectionId).catch((error: unknown) => {
      log.warn("hanging up failed; nothing more is sent there", { error });
    });
    await store.forget(connection);
  }
}

import type { Envelope } from "../../events/envelope.ts";
import type { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { isoTime } from "../../shared/platform/clock.ts";
import { type Connection, makeConnectionStore } from "../../shared/realtime/connection-store.ts";
import { makeEventLog } from "../../shared/realtime/event-log-store.ts";
import { FrameBudget } from "../../shared/realtime/frame-budget.ts";
import type { ServerFrame } from "../../shared/realtime/schemas.ts";

export const nowMs = Date.parse("2026-11-20T12:00:00.000Z");

export function anEvent(
  n: number,
  set: Partial<Envelope> = {},
): Pick<Envelope, "id" | "type" | "time" | "data"> {
  return { id: `evt_${n}`, type: "incident.updated.v1", time: isoTime(nowMs + n), data: { n }, ...set };
}

type Client = "open" | "gone" | "stuck";

/** The realtime domain on a table, with clients that remember what they were sent. */
export function makeRealtimeWorld(table: TenantTable) {
  const clients = new Map<string, Client>();
  const received = new Map<string, ServerFrame[]>();
  const closed: string[] = [];
  const warnings: string[] = [];
  const quiet = () => undefined;
  const connections = makeConnectionStore(table);
  return {
    closed,
    warnings,
    deps: {
      connections,
      eventLog: makeEventLog(table),
      budget: new FrameBudget(),
      mayListen: async () => true,
      log: {
        info: quiet,
        warn: (message: string) => void warnings.push(message),
        error: quiet,
        measure: quiet,
      },
      sender: {
        async send(connectionId: string, frame: ServerFrame) {
          if (clients.get(connectionId) === "stuck") throw new Error("timed out");
          if (clients.get(connectionId) !== "open") return "gone" as const;
          received.set(connectionId, [...(received.get(connectionId) ?? []), frame]);
          return "sent" as const;
        },
        async close(connectionId: string) {
          closed.push(connectionId);
          clients.set(connectionId, "gone");
        },
      },
    },
    /** A client that was let in; it has not said hello. */
    async connect(
      tenantId: string,
      connectionId: string,
      state: Client = "open",
      more: Partial<Connection> = {},
    ) {
      clients.set(connectionId, state);
      await connections.admit({ tenantId, connectionId, ...more }, nowMs);
    },
    set: (connectionId: string, state: Client) => void clients.set(connectionId, state),
    framesOf: (connectionId: string) => received.get(connectionId) ?? [],
    eventsOf: (connectionId: string) =>
      (received.get(connectionId) ?? []).filter((frame) => frame.kind === "event"),
  };
}

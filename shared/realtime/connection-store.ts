import { z } from "zod";
import type { Envelope } from "../../events/envelope.ts";
import type { TenantTable } from "../platform/aws/tenant-table.ts";

const Connection = z.object({
  connectionId: z.string(),
  tenantId: z.string(),
  /** Who listens: the person and the session, or null for an API key. */
  listener: z.object({ personId: z.string(), sessionId: z.string() }).nullable().default(null),
  /** The API key it was opened with; null for a person. */
  keyId: z.string().nullable().default(null),
  /** The credential it was opened with lasts no longer; null = until it is revoked. */
  untilMs: z.int().nullable().default(null),
  /** The projects it hears of; null = every one of the tenant's. */
  projects: z.array(z.string()).nullable().default(null),
});
export type Connection = z.infer<typeof Connection>;

/** API Gateway ends every connection after two hours. */
export const keepMs = 130 * 60_000;
/** Not a tenant: messages come with nothing but a connection id, and this is where it is looked up. */
const directory = "platform";

export type ConnectionStore = ReturnType<typeof makeConnectionStore>;

export function makeConnectionStore(table: TenantTable) {
  return {
    /**
     * Notes whose connection it is, with the events that are owed at its end. It gets no events before it is live:
     * nothing can be sent to it yet.
     */
    async admit(
      connection: z.input<typeof Connection>,
      nowMs: number,
      owed: readonly Envelope[] = [],
    ): Promise<void> {
      const key = entryKey(connection.connectionId);
      await table.save(directory, { ...key, ...connection, expiresAt: expiry(nowMs) }, owed);
    },

    async find(connectionId: string): Promise<Connection | undefined> {
      const row = await table.get(directory, entryKey(connectionId));
      return row && Connection.parse(row);
    },

    async goLive(connection: Connection, nowMs: number): Promise<void> {
      const { tenantId, connectionId } = connection;
      await table.put(tenantId, { ...liveKey(connectionId), ...connection, expiresAt: expiry(nowMs) });
    },

    /** Every live connection of the tenant. */
    async live(tenantId: string): Promise<Connection[]> {
      const connections: Connection[] = [];
      for await (const row of table.queryAll(tenantId, { pk: "LIVE", consistent: true })) {
        connections.push(Connection.parse(row));
      }
      return connections;
    },

    async forget({ tenantId, connectionId }: Connection): Promise<void> {
      await table.remove(tenantId, liveKey(connectionId));
      await table.remove(directory, entryKey(connectionId));
    },
  };
}

const expiry = (nowMs: number) => Math.ceil((nowMs + keepMs) / 1000);
const entryKey = (connectionId: string) => ({ pk: `CONNECTION#${connectionId}`, sk: "TENANT" });
const liveKey = (connectionId: string) => ({ pk: "LIVE", sk: connectionId });

import { z } from "zod";
import type { Envelope } from "../../events/envelope.ts";
import type { Item, Page, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { isoTime } from "../platform/clock.ts";
import { platformTenant } from "./platform-tenant.ts";
import { ProjectId } from "./schemas.ts";

const Access = z.object({ hash: z.string(), expiresAtMs: z.int() });

export const StoredSession = z.object({
  sessionId: z.string(),
  personId: z.string(),
  /** As the record of what is done with the session names the person. */
  personName: z.string().nullable().default(null),
  tenantId: z.string(),
  project: ProjectId.nullable(),
  /** The credentials that work: the newest, and the one before it until it ends by itself. */
  access: z.array(Access),
  signedInAtMs: z.int(),
  lastSeenAtMs: z.int(),
  /** The session ends here however often it is refreshed. */
  endsAtMs: z.int(),
  endedAtMs: z.int().nullable(),
  userAgent: z.string(),
  address: z.string(),
  /** The provider's refresh token, sealed with a key only the newest refresh cookie has; null = none was given. */
  providerToken: z.string().nullable(),
  version: z.int(),
});
export type StoredSession = z.infer<typeof StoredSession>;

export const StoredRefresh = z.object({
  sessionId: z.string(),
  hash: z.string(),
  expiresAtMs: z.int(),
  usedAtMs: z.int().nullable(),
  version: z.int(),
});
export type StoredRefresh = z.infer<typeof StoredRefresh>;

const sessionKey = (sessionId: string) => ({ pk: `SESSION#${sessionId}`, sk: "SESSION" });
const refreshKey = (refreshId: string) => ({ pk: `REFRESH#${refreshId}`, sk: "REFRESH" });
/** DynamoDB's TTL counts whole seconds. */
const ttl = (ms: number) => ({ expiresAt: Math.ceil(ms / 1000) });

/** Sessions and the credentials that prolong them. Of every credential only a hash is stored. */
export function makeSessionStore(table: TenantTable) {
  return {
    async create(session: StoredSession, events: readonly Envelope[]): Promise<void> {
      const item: Item = {
        ...sessionKey(session.sessionId),
        ...session,
        ...ttl(session.endsAtMs),
        gsi1pk: `SESSIONS#${session.personId}`,
        gsi1sk: `${isoTime(session.signedInAtMs)}#${session.sessionId}`,
      };
      await table.change(platformTenant, item, events, { absent: true });
    },

    /** Undefined for one that has ended, too. */
    async find(sessionId: string): Promise<StoredSession | undefined> {
      const session = StoredSession.safeParse(await table.get(platformTenant, sessionKey(sessionId))).data;
      return session?.endedAtMs === null ? session : undefined;
    },

    /** Saves the session at its next version and tells its events; "lost" = somebody changed it meanwhile. */
    async save(session: StoredSession, events: readonly Envelope[] = []): Promise<Saved> {
      const { version } = session;
      const item = { ...sessionKey(session.sessionId), ...session, version: version + 1 };
      return table.change(platformTenant, item, events, { version });
    },

    /** The person's open sessions, newest first. */
    async listOf(personId: string, limit: number, cursor?: string): Promise<Page<StoredSession>> {
      const page = await table.query(platformTenant, {
        index: "gsi1",
        pk: `SESSIONS#${personId}`,
        newestFirst: true,
        limit,
        cursor,
      });
      const open = page.items
        .flatMap((item) => StoredSession.safeParse(item).data ?? [])
        .filter(({ endedAtMs }) => endedAtMs === null);
      return { items: open, cursor: page.cursor };
    },

    async addRefresh(refreshId: string, refresh: StoredRefresh): Promise<void> {
      await table.put(platformTenant, { ...refreshKey(refreshId), ...refresh, ...ttl(refresh.expiresAtMs) });
    },

    async findRefresh(refreshId: string): Promise<StoredRefresh | undefined> {
      return StoredRefresh.safeParse(await table.get(platformTenant, refreshKey(refreshId))).data;
    },

    /** "lost" = it was used before. */
    async useRefresh(refreshId: string, nowMs: number): Promise<Saved> {
      const next = { ...refreshKey(refreshId), usedAtMs: nowMs, version: 2 };
      return table.save(platformTenant, next, [], { version: 1 });
    },
  };
}
export type SessionStore = ReturnType<typeof makeSessionStore>;

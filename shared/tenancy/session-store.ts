import { z } from "zod";
import { Actor } from "../../events/envelope.ts";
import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { Unauthenticated } from "../platform/errors.ts";
import { hashFits, mintCredential, parseCredential } from "./credential.ts";
import { Scope } from "./schemas.ts";
import { platformTenant } from "./tenant-store.ts";

export const sessionMs = 12 * 3_600_000;

const Grant = z.object({ tenantId: z.string(), actor: Actor, scopes: z.array(Scope) });
/** Whom a sign-in link signs in, and as what. */
export type Grant = z.infer<typeof Grant>;

const StoredSession = Grant.extend({ hash: z.string(), expiresAtMs: z.int() });
export type StoredSession = z.infer<typeof StoredSession>;
const StoredSignIn = StoredSession.extend({ reusable: z.boolean(), version: z.int() });

const signInKey = (id: string) => ({ pk: `SIGNIN#${id}`, sk: "SIGNIN" });
const sessionKey = (id: string) => ({ pk: `SESSION#${id}`, sk: "SESSION" });
/** DynamoDB's TTL counts whole seconds. */
const ttl = (expiresAtMs: number) => ({ expiresAtMs, expiresAt: Math.ceil(expiresAtMs / 1000) });

/** Sign-in links and the sessions they start. Of both only a hash is stored. */
export function makeSessionStore(table: TenantTable) {
  return {
    /** The text for `/session/start?token=…`. A link that is not reusable works once. */
    async issueSignIn(
      grant: Grant,
      options: { reusable: boolean; lifetimeMs: number; nowMs: number },
    ): Promise<string> {
      const { id, hash, text } = mintCredential("signin");
      const expiry = ttl(options.nowMs + options.lifetimeMs);
      const item = {
        ...signInKey(id),
        ...grant,
        ...expiry,
        hash,
        reusable: options.reusable,
        version: 1,
      };
      await table.put(platformTenant, item, { absent: true });
      return text;
    },

    /** Trades a sign-in token for a session. Throws Unauthenticated, with one text for every way to be wrong. */
    async start(token: string, nowMs: number): Promise<{ text: string; expiresAtMs: number }> {
      const refused = new Unauthenticated(
        "This sign-in link is not valid any more; ask for a new one, or take the newest from the terminal that runs SentinelOps.",
      );
      const given = parseCredential(token);
      if (given?.kind !== "signin") throw refused;
      const item = await table.get(platformTenant, signInKey(given.id));
      const signIn = item && StoredSignIn.parse(item);
      if (!hashFits(given.hash, signIn?.hash) || !signIn || signIn.expiresAtMs <= nowMs) throw refused;
      if (!signIn.reusable) {
        if (signIn.version !== 1) throw refused;
        const used = await table.save(platformTenant, { ...signInKey(given.id), version: 2 }, [], {
          version: 1,
        });
        if (used === "lost") throw refused;
      }
      const { id, hash, text } = mintCredential("session");
      const expiry = ttl(nowMs + sessionMs);
      const { tenantId, actor, scopes } = signIn;
      await table.put(
        platformTenant,
        { ...sessionKey(id), tenantId, actor, scopes, ...expiry, hash },
        { absent: true },
      );
      return { text, expiresAtMs: expiry.expiresAtMs };
    },

    async find(sessionId: string): Promise<StoredSession | undefined> {
      const item = await table.get(platformTenant, sessionKey(sessionId));
      return item && StoredSession.parse(item);
    },

    /** The session is refused from the next request on. */
    async end(text: string): Promise<void> {
      const given = parseCredential(text);
      if (given?.kind === "session") await table.remove(platformTenant, sessionKey(given.id));
    },
  };
}

import { z } from "zod";
import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { hashFits, mintCredential, parseCredential } from "./credential.ts";
import { platformTenant } from "./platform-tenant.ts";

const Attempt = z.object({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  /** A path of our own. */
  returnTo: z.string(),
});
/** What a sign-in that was begun has to come back with. */
export type Attempt = z.infer<typeof Attempt>;

const StoredAttempt = Attempt.extend({ hash: z.string(), expiresAtMs: z.int(), version: z.int() });

export const attemptMs = 10 * 60_000;
const attemptKey = (id: string) => ({ pk: `ATTEMPT#${id}`, sk: "ATTEMPT" });

/** Sign-ins that were begun and not finished; the browser holds the credential in a cookie. */
export function makeAttemptStore(table: TenantTable) {
  return {
    async begin(attempt: Attempt, nowMs: number): Promise<string> {
      const { id, hash, text } = mintCredential("attempt");
      const expiresAtMs = nowMs + attemptMs;
      const stored = { ...attempt, hash, expiresAtMs, expiresAt: Math.ceil(expiresAtMs / 1000), version: 1 };
      await table.put(platformTenant, { ...attemptKey(id), ...stored });
      return text;
    },

    /** The attempt, once; undefined for one that is unknown, over, or was taken before. */
    async take(text: string, nowMs: number): Promise<Attempt | undefined> {
      const given = parseCredential(text);
      if (given?.kind !== "attempt") return undefined;
      const stored = StoredAttempt.safeParse(await table.get(platformTenant, attemptKey(given.id))).data;
      if (!hashFits(given.hash, stored?.hash) || !stored || stored.expiresAtMs <= nowMs) return undefined;
      const taken = await table.remove(platformTenant, attemptKey(given.id), { version: 1 });
      return taken === "saved" ? Attempt.parse(stored) : undefined;
    },
  };
}

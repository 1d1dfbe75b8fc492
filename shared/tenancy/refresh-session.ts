import type { Publish } from "../platform/bus/publish.ts";
import { Conflict, Unauthenticated } from "../platform/errors.ts";
import { hashFits, mintCredential, parseCredential } from "./credential.ts";
import { endSession } from "./end-session.ts";
import type { Circumstances } from "./session-record.ts";
import type { SessionStore, StoredSession } from "./session-store.ts";
import { accessMs, issueRefresh, type SignedIn } from "./start-session.ts";

/** What the provider says of a person it once signed in; where it cannot be asked, the answer is the last one. */
export type Vouching = { kind: "yes"; seal(refresh: string): Promise<string | null> } | { kind: "refused" };

export interface RefreshDeps {
  sessions: SessionStore;
  publish: Publish;
  /** Asks the provider; `refresh` opens what it gave at the sign-in. */
  vouch(session: StoredSession, refresh: string): Promise<Vouching>;
}

/** Two tabs may wake up at once; the second is told to use what the first got. */
const sameMomentMs = 10_000;

/**
 * The next pair of credentials of a session. Each refresh credential works once: one that comes again has been
 * copied, and ends the session for whoever has it. Throws Unauthenticated, and Conflict where another request
 * of the same browser was served a moment ago.
 */
export async function refreshSession(
  { text, ...circumstances }: Circumstances & { text: string },
  deps: RefreshDeps,
): Promise<SignedIn> {
  const { nowMs } = circumstances;
  const over = new Unauthenticated("The session has ended; sign in again.");
  const { sessions } = deps;
  const given = parseCredential(text);
  const refresh = given?.kind === "refresh" ? await sessions.findRefresh(given.id) : undefined;
  if (!given || !hashFits(given.hash, refresh?.hash) || !refresh || refresh.expiresAtMs <= nowMs) throw over;
  const session = await sessions.find(refresh.sessionId);
  if (!session || session.endsAtMs <= nowMs) throw over;
  const end = (reason: "token-reused" | "refused-by-provider") =>
    endSession({ session, reason, ...circumstances }, deps);

  if (refresh.usedAtMs !== null || (await sessions.useRefresh(given.id, nowMs)) === "lost") {
    const usedAtMs = refresh.usedAtMs ?? nowMs;
    if (nowMs - usedAtMs < sameMomentMs) {
      throw new Conflict("The session was refreshed a moment ago; ask again with the cookie that came then.");
    }
    await end("token-reused");
    throw over;
  }
  const vouching = await deps.vouch(session, text);
  if (vouching.kind === "refused") {
    await end("refused-by-provider");
    throw over;
  }
  const access = mintCredential("session", session.sessionId);
  const next = await issueRefresh({ ...session, nowMs }, sessions);
  const fresh = { hash: access.hash, expiresAtMs: nowMs + accessMs };
  const providerToken = await vouching.seal(next.text);
  const isOpen = await saveUnlessEnded(session.sessionId, sessions, (now) => ({
    ...now,
    access: [fresh, ...now.access.slice(0, 1)],
    lastSeenAtMs: nowMs,
    providerToken,
  }));
  if (!isOpen) throw over;
  return { access: access.text, accessMs, refresh: next.text, refreshMs: next.lifetimeMs };
}

/** Saves over whatever a switch in the same moment did; false where the session has ended meanwhile. */
async function saveUnlessEnded(
  sessionId: string,
  sessions: SessionStore,
  change: (session: StoredSession) => StoredSession,
): Promise<boolean> {
  for (;;) {
    const session = await sessions.find(sessionId);
    if (!session) return false;
    if ((await sessions.save(change(session))) === "saved") return true;
  }
}

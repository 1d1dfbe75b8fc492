import { mintCredential } from "./credential.ts";
import { type Circumstances, sessionRecord } from "./session-record.ts";
import type { SessionStore } from "./session-store.ts";

/** A request's credential works this long; `POST /session/refresh` makes the next. */
export const accessMs = 15 * 60_000;
/** A browser that was not heard of for so long has to sign in again. */
export const idleMs = 12 * 3_600_000;
/** And every browser after so long. */
const sessionMs = 7 * 24 * 3_600_000;

export interface SignedIn {
  /** For the session cookie. */
  access: string;
  accessMs: number;
  /** For the refresh cookie. */
  refresh: string;
  refreshMs: number;
}

export interface NewSession extends Circumstances {
  personId: string;
  /** null where the person is no member any more. */
  personName: string | null;
  tenantId: string;
  userAgent: string;
  address: string;
}

/** A session, on record, and its first pair of credentials. `seal` may keep something that only the refresh cookie opens. */
export async function startSession(
  { personId, personName, tenantId, userAgent, address, ...circumstances }: NewSession,
  sessions: SessionStore,
  seal: (refresh: string) => Promise<string | null> = async () => null,
): Promise<SignedIn> {
  const { nowMs } = circumstances;
  const access = mintCredential("session");
  const endsAtMs = nowMs + sessionMs;
  const refresh = await issueRefresh({ sessionId: access.id, endsAtMs, nowMs }, sessions);
  const started = { sessionId: access.id, personId, personName, tenantId, project: null };
  const events = [sessionRecord(started, circumstances, { did: "started" })];
  const session = {
    ...started,
    access: [{ hash: access.hash, expiresAtMs: nowMs + accessMs }],
    signedInAtMs: nowMs,
    lastSeenAtMs: nowMs,
    endsAtMs,
    endedAtMs: null,
    userAgent: userAgent.slice(0, 200),
    address,
    providerToken: await seal(refresh.text),
    version: 1,
  };
  await sessions.create(session, events);
  return { access: access.text, accessMs, refresh: refresh.text, refreshMs: refresh.lifetimeMs };
}

/** The credential that prolongs a session once. */
export async function issueRefresh(
  { sessionId, endsAtMs, nowMs }: { sessionId: string; endsAtMs: number; nowMs: number },
  sessions: SessionStore,
): Promise<{ text: string; lifetimeMs: number }> {
  const { id, hash, text } = mintCredential("refresh");
  const lifetimeMs = Math.min(idleMs, endsAtMs - nowMs);
  await sessions.addRefresh(id, {
    sessionId,
    hash,
    expiresAtMs: nowMs + lifetimeMs,
    usedAtMs: null,
    version: 1,
  });
  return { text, lifetimeMs };
}

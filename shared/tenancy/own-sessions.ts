import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { NotFound } from "../platform/errors.ts";
import { type EndDeps, endSession } from "./end-session.ts";
import type { OwnSession, OwnSessionList, PeopleQuery } from "./schemas.ts";
import type { SessionStore, StoredSession } from "./session-store.ts";

/** The person's open sessions, newest first; `current` is the one that asks. */
export async function listOwnSessions(
  ctx: Ctx,
  { limit, cursor }: PeopleQuery,
  { sessions, currentId }: { sessions: SessionStore; currentId: string },
): Promise<OwnSessionList> {
  const page = await sessions.listOf(ctx.actor.id, limit, cursor);
  const open = page.items.filter(({ endsAtMs }) => endsAtMs > ctx.nowMs);
  return { items: open.map((session) => shown(session, currentId)), cursor: page.cursor ?? null };
}

/** Ends one of the person's own sessions. Another person's is NotFound. */
export async function endOwnSession(ctx: Ctx, sessionId: string, deps: EndDeps): Promise<void> {
  const session = await deps.sessions.find(sessionId);
  if (session?.personId !== ctx.actor.id) throw new NotFound("session", sessionId);
  const { traceId, from, nowMs } = ctx;
  await endSession({ session, reason: "signed-out", traceId, from, nowMs }, deps);
}

/**
 * Ends every session of the person, whatever browser and tenant. The one that asks is the last: where the others could
 * not all be ended, it can ask again.
 */
export async function endAllSessions(ctx: Ctx, currentId: string, deps: EndDeps): Promise<void> {
  const { traceId, from, nowMs } = ctx;
  const end = (session: StoredSession) =>
    endSession({ session, reason: "signed-out-everywhere", traceId, from, nowMs }, deps);
  const current: StoredSession[] = [];
  let cursor: string | undefined;
  do {
    const page = await deps.sessions.listOf(ctx.actor.id, 100, cursor);
    for (const session of page.items) {
      if (session.sessionId === currentId) current.push(session);
      else await end(session);
    }
    cursor = page.cursor;
  } while (cursor);
  for (const session of current) await end(session);
}

function shown(session: StoredSession, currentId: string): OwnSession {
  return {
    sessionId: session.sessionId,
    current: session.sessionId === currentId,
    signedInAt: isoTime(session.signedInAtMs),
    lastSeenAt: isoTime(session.lastSeenAtMs),
    expiresAt: isoTime(session.endsAtMs),
    userAgent: session.userAgent,
    address: session.address,
  };
}

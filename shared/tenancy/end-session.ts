import type { SessionEndedV1 } from "../../events/tenancy.ts";
import { envelop } from "../platform/bus/envelop.ts";
import { derivedId } from "../platform/ids.ts";
import { type Circumstances, personOf, sessionRecord } from "./session-record.ts";
import type { SessionStore, StoredSession } from "./session-store.ts";

export interface EndDeps {
  sessions: SessionStore;
}

interface Ending extends Circumstances {
  session: StoredSession;
  reason: Exclude<SessionEndedV1["reason"], "switched">;
}

/** From the next request on the session is refused, and its open streams are cut. Ending it again does nothing. */
export async function endSession(ending: Ending, { sessions }: EndDeps): Promise<void> {
  const { reason, nowMs } = ending;
  const { sessionId } = ending.session;
  for (;;) {
    const session = await sessions.find(sessionId);
    if (!session) return;
    const record = sessionRecord(session, ending, { did: "ended", why: reason });
    const events = [record, sessionEnded(session, reason, ending)];
    if ((await sessions.save({ ...session, endedAtMs: nowMs }, events)) === "saved") return;
  }
}

/** What cuts the open streams of a session. */
export function sessionEnded(
  session: StoredSession,
  reason: SessionEndedV1["reason"],
  { traceId, nowMs }: { traceId: string; nowMs: number },
) {
  const { sessionId, personId, tenantId, version } = session;
  const actor = personOf(session);
  return envelop({ tenantId, actor, traceId, causationId: null, nowMs }, "tenancy", {
    id: derivedId("event", sessionId, version, reason),
    type: "session.ended.v1",
    data: { sessionId, personId, reason },
  });
}

import type { AuditOrigin } from "../../events/audit.ts";
import type { Envelope } from "../../events/envelope.ts";
import { audited, type Change } from "../audit/index.ts";
import type { StoredSession } from "./session-store.ts";

/** When and from where somebody signs in, or their session ends. */
export interface Circumstances {
  traceId: string;
  from?: AuditOrigin | undefined;
  nowMs: number;
}

type Did = Pick<Change, "did" | "before" | "after" | "why">;

/** The person whose session it is, as an actor. */
export function personOf({ personId, personName }: Pick<StoredSession, "personId" | "personName">) {
  return { kind: "person" as const, id: personId, ...(personName === null ? {} : { name: personName }) };
}

/** Puts what a person did with a session on the record of the tenant that the session is in. */
export function sessionRecord(
  session: Pick<StoredSession, "sessionId" | "personId" | "personName" | "tenantId">,
  { traceId, from, nowMs }: Circumstances,
  did: Did,
): Envelope {
  const { sessionId, tenantId } = session;
  const actor = personOf(session);
  const ctx = { tenantId, actor, traceId, causationId: null, nowMs, ...(from ? { from } : {}) };
  return audited(ctx, { resource: { type: "session", id: sessionId }, ...did });
}

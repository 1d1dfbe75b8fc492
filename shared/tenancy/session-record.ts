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

/** Puts what a person did with a session on the record of the tenant that the session is in. */
export function sessionRecord(
  { sessionId, personId, tenantId }: Pick<StoredSession, "sessionId" | "personId" | "tenantId">,
  { traceId, from, nowMs }: Circumstances,
  did: Did,
): Envelope {
  const actor = { kind: "person" as const, id: personId };
  const ctx = { tenantId, actor, traceId, causationId: null, nowMs, ...(from ? { from } : {}) };
  return audited(ctx, { resource: { type: "session", id: sessionId }, ...did });
}

import type { AuditOrigin } from "../../events/audit.ts";
import type { Actor } from "../../events/envelope.ts";

/** What every verb is told about the request it serves. Nothing in a verb is ambient. */
export interface Ctx {
  tenantId: string;
  actor: Actor;
  /** Rides the envelope of every event this work causes. */
  traceId: string;
  /** The event that caused this work, or null where a person or a clock did. */
  causationId: string | null;
  /** Where a request came from; absent where an event or a clock is the cause. */
  from?: AuditOrigin;
  /** The moment this work counts as happening, ms since the epoch. */
  nowMs: number;
  /** The projects this work may see and touch; null or absent = all of the tenant's. */
  projects?: readonly string[] | null;
}

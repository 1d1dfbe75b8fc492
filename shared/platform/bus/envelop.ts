import { catalog, type EventData, type EventType } from "../../../events/catalog.ts";
import type { Envelope } from "../../../events/envelope.ts";
import { isoTime } from "../clock.ts";
import type { Ctx } from "../context.ts";

/** An event before it is put in its envelope. `id` is derived where the event follows from another. */
export interface EventDraft<T extends EventType = EventType> {
  id: string;
  type: T;
  data: EventData<T>;
}

/**
 * Puts a fact in its envelope and checks it against the catalog, so nothing malformed is ever saved to an
 * outbox or put on the bus. Throws a TypeError naming the event type and the field.
 */
export function envelop<T extends EventType>(ctx: Ctx, source: string, draft: EventDraft<T>): Envelope {
  const entry = catalog[draft.type];
  const parsed = entry.schema.safeParse(draft.data);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
    throw new TypeError(`${draft.type} does not fit its schema: ${wrong}`);
  }
  return {
    id: draft.id,
    type: draft.type,
    time: isoTime(ctx.nowMs),
    tenantId: ctx.tenantId,
    source,
    traceId: ctx.traceId,
    causationId: ctx.causationId,
    actor: ctx.actor,
    provenance: { untrusted: [...entry.untrusted] },
    data: parsed.data as Record<string, unknown>,
  };
}

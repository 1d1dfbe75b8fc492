import type { EventData, EventType } from "../../events/catalog.ts";
import type { Envelope } from "../../events/envelope.ts";
import type { Act } from "./chain.ts";

/** The facts that are acts, or say that the platform acted by itself. */
export const auditedTypes = [
  "audit.recorded.v1",
  "incident.opened.v1",
  "incident.state-changed.v1",
  "notification.delivered.v1",
  "notification.failed.v1",
] as const satisfies readonly EventType[];
export type AuditedType = (typeof auditedTypes)[number];
export type AuditedEvent = {
  [K in AuditedType]: Omit<Envelope, "data" | "type"> & { type: K; data: EventData<K> };
}[AuditedType];

type What = Pick<Act, "action" | "resource" | "before" | "after" | "why" | "from">;

/**
 * What an event puts on record; undefined where the act stands in the audit already: whoever changes an incident
 * by request owes a record of it that also says from where.
 */
export function actOfEvent(event: AuditedEvent): Act | undefined {
  const what = whatOf(event);
  if (!what) return undefined;
  const { id: eventId, time: at, actor, causationId, traceId } = event;
  return { ...what, at, actor, eventId, causationId, traceId };
}

function whatOf(event: AuditedEvent): What | undefined {
  switch (event.type) {
    case "audit.recorded.v1":
      return event.data;
    case "incident.opened.v1": {
      const { incidentId: id, title: name, severity, state, service, alertCount, reason } = event.data;
      return {
        action: "incident.opened",
        resource: { type: "incident", id, name },
        before: null,
        after: { severity, state, service, alertCount },
        why: reason,
        from: null,
      };
    }
    case "incident.state-changed.v1": {
      if (event.actor.kind !== "system") return undefined;
      const { incidentId: id, title: name, state, previousState, summary } = event.data;
      return {
        action: "incident.moved",
        resource: { type: "incident", id, name },
        before: { state: previousState },
        after: { state },
        why: summary,
        from: null,
      };
    }
    case "notification.delivered.v1":
      return messageAct("delivered", event.data, null);
    case "notification.failed.v1":
      return messageAct("given-up", event.data, event.data.reason);
  }
}

function messageAct(
  did: string,
  data: EventData<"notification.delivered.v1" | "notification.failed.v1">,
  why: string | null,
): What {
  const { deliveryId: id, ...after } = data;
  return {
    action: `notification.${did}`,
    resource: { type: "notification", id },
    before: null,
    after,
    why,
    from: null,
  };
}

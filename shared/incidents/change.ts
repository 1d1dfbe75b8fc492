import type { EventData } from "../../events/catalog.ts";
import type { Actor, Envelope } from "../../events/envelope.ts";
import { audited } from "../audit/index.ts";
import { envelop } from "../platform/bus/envelop.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { derivedId } from "../platform/ids.ts";
import type { IncidentRecord } from "./incident-record.ts";
import type { Member } from "./member.ts";
import type { TimelineEntry } from "./schemas.ts";

/** Everything one save of an incident brings with it. */
export interface Change {
  /** What the decision was made from; undefined = the incident is new. */
  before: IncidentRecord | undefined;
  after: IncidentRecord;
  /** Alerts that joined or changed. */
  members: Member[];
  entries: TimelineEntry[];
  events: Envelope[];
}

export interface Step {
  set: Partial<IncidentRecord>;
  entry: Pick<TimelineEntry, "kind" | "text" | "facts">;
  /** What the step tells the bus; a step may leave the telling to a later one of the same save. */
  event?: StepEvent;
}
type StepEvent =
  | { type: "incident.opened.v1" }
  | { type: "incident.updated.v1"; change: EventData<"incident.updated.v1">["change"]; summary: string }
  | { type: "incident.state-changed.v1"; summary: string };

export function unchanged(incident: IncidentRecord): Change {
  return { before: incident, after: incident, members: [], entries: [], events: [] };
}

/**
 * Adds one step to a change: the version rises by one, and the timeline entry and the event take their ids
 * from incident and version, so deriving them again gives the same.
 */
export function withStep(ctx: Ctx, change: Change, step: Step): Change {
  const was = change.after;
  const after = { ...was, ...step.set, version: was.version + 1, updatedAt: isoTime(ctx.nowMs) };
  const entry: TimelineEntry = {
    ...step.entry,
    id: derivedId("timeline", after.id, after.version),
    at: after.updatedAt,
    actor: ctx.actor,
  };
  const events = step.event ? [toEvent(ctx, step.event, was, after)] : [];
  if (ctx.from) events.push(recordOf(ctx, entry, was, after));
  return {
    ...change,
    after,
    entries: [...change.entries, entry],
    events: [...change.events, ...events],
  };
}

/** What the platform does by itself is on record by its events; a request also says from where it came. */
function recordOf(ctx: Ctx, entry: TimelineEntry, was: IncidentRecord, after: IncidentRecord): Envelope {
  const { kind, text, facts } = entry;
  const note = kind === "comment" ? text : facts["note"];
  return audited(ctx, {
    did: kind === "comment" ? "commented" : kind === "state" ? "moved" : "updated",
    resource: { type: "incident", id: after.id, name: after.title },
    before: auditedFields(was),
    after: auditedFields(after),
    why: typeof note === "string" ? note : undefined,
  });
}

function auditedFields({ title, severity, state, assignee }: IncidentRecord) {
  return { title, severity, state, assignee };
}

export function nameOf(actor: Actor): string {
  return actor.kind === "system" ? "SentinelOps" : (actor.name ?? actor.id);
}

function toEvent(ctx: Ctx, event: StepEvent, was: IncidentRecord, after: IncidentRecord): Envelope {
  const facts = factsOf(after);
  const id = derivedId("event", event.type, after.id, after.version);
  switch (event.type) {
    case "incident.opened.v1": {
      const { correlationKey, reason } = after;
      return envelop(ctx, "incidents", { id, type: event.type, data: { ...facts, correlationKey, reason } });
    }
    case "incident.updated.v1": {
      const { change, summary } = event;
      return envelop(ctx, "incidents", { id, type: event.type, data: { ...facts, change, summary } });
    }
    case "incident.state-changed.v1": {
      const data = { ...facts, previousState: was.state, summary: event.summary };
      return envelop(ctx, "incidents", { id, type: event.type, data });
    }
  }
}

function factsOf(incident: IncidentRecord) {
  const { version, title, severity, state, service, labels, alertCount, firingCount, openedAt } = incident;
  return {
    project: incident.project,
    incidentId: incident.id,
    ...{ version, title, severity, state, service, labels, alertCount, firingCount, openedAt },
  };
}

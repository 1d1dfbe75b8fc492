import type { EventData } from "../../events/catalog.ts";
import { defaultProject } from "../platform/labels/project.ts";
import type { IncidentFacts } from "./delivery.ts";

export type IncidentEvent =
  | { type: "incident.opened.v1"; time: string; data: EventData<"incident.opened.v1"> }
  | { type: "incident.updated.v1"; time: string; data: EventData<"incident.updated.v1"> }
  | { type: "incident.state-changed.v1"; time: string; data: EventData<"incident.state-changed.v1"> };

export interface Occasion {
  kind: "incident.opened" | "incident.escalated" | "incident.resolved";
  facts: IncidentFacts;
}

/**
 * What, if anything, an event of an incident gives people to be told. A change of severity may turn out to be
 * no escalation for a channel that already heard of it at that height.
 */
export function occasionOf({ type, time, data }: IncidentEvent): Occasion | undefined {
  const facts = (text: string, reopened = false): IncidentFacts => ({
    incidentId: data.incidentId,
    project: data.project ?? defaultProject,
    version: data.version,
    title: data.title,
    severity: data.severity,
    state: data.state,
    service: data.service,
    labels: data.labels,
    alertCount: data.alertCount,
    openedAt: data.openedAt,
    at: time,
    reopened,
    text,
  });
  switch (type) {
    case "incident.opened.v1":
      return { kind: "incident.opened", facts: facts(data.reason) };
    case "incident.updated.v1":
      return data.change === "severity"
        ? { kind: "incident.escalated", facts: facts(data.summary) }
        : undefined;
    case "incident.state-changed.v1":
      if (isOver(data.state)) {
        return isOver(data.previousState)
          ? undefined
          : { kind: "incident.resolved", facts: facts(data.summary) };
      }
      return isOver(data.previousState)
        ? { kind: "incident.opened", facts: facts(data.summary, true) }
        : undefined;
  }
}

function isOver(state: IncidentFacts["state"]): boolean {
  return state === "RESOLVED" || state === "LEARNED";
}

import type { z } from "zod";
import { Incident } from "./schemas.ts";
import { nextStates } from "./states.ts";

/** An incident as it is kept; what a reader sees besides follows from it. */
export const IncidentRecord = Incident.omit({ nextStates: true });
export type IncidentRecord = z.infer<typeof IncidentRecord>;

export function toIncident(record: IncidentRecord): Incident {
  return { ...record, nextStates: nextStates(record.state) };
}

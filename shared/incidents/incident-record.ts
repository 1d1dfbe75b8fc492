import { z } from "zod";
import { Incident } from "./schemas.ts";
import { nextStates } from "./states.ts";

/** An incident as it is kept; what a reader sees besides follows from it. */
export const IncidentRecord = Incident.omit({ nextStates: true }).extend({
  /** The newest analysis whose outcome stands on the timeline, as `<version>.<status>`. */
  analysed: z.string().optional(),
});
export type IncidentRecord = z.infer<typeof IncidentRecord>;

export function toIncident(record: IncidentRecord): Incident {
  const { analysed: _, ...shown } = record;
  return { ...shown, nextStates: nextStates(record.state) };
}

import { z } from "zod";
import { Labels, Severity } from "./alerts.ts";

export const IncidentState = z.enum([
  "DETECTED",
  "ACKNOWLEDGED",
  "INVESTIGATING",
  "MITIGATED",
  "RESOLVED",
  "LEARNED",
]);
export type IncidentState = z.infer<typeof IncidentState>;

const incidentFacts = {
  /** Absent = default. */
  project: z.string().optional(),
  incidentId: z.string(),
  /** Rises by one with each write; of two events of one incident the higher version is the newer state. */
  version: z.int().positive(),
  title: z.string(),
  severity: Severity,
  state: IncidentState,
  service: z.string().nullable(),
  labels: Labels,
  alertCount: z.int().nonnegative(),
  firingCount: z.int().nonnegative(),
  openedAt: z.iso.datetime(),
};

export const IncidentOpenedV1 = z.object({
  ...incidentFacts,
  correlationKey: z.string(),
  reason: z.string(),
});
export type IncidentOpenedV1 = z.infer<typeof IncidentOpenedV1>;

/** Alerts joined or left, severity, assignee or title changed, a comment was added. */
export const IncidentUpdatedV1 = z.object({
  ...incidentFacts,
  change: z.enum(["alerts", "severity", "assignee", "comment", "title"]),
  summary: z.string(),
});
export type IncidentUpdatedV1 = z.infer<typeof IncidentUpdatedV1>;

export const IncidentStateChangedV1 = z.object({
  ...incidentFacts,
  previousState: IncidentState,
  summary: z.string(),
});
export type IncidentStateChangedV1 = z.infer<typeof IncidentStateChangedV1>;

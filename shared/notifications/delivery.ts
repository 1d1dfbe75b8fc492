import { z } from "zod";
import { Labels, Severity } from "../../events/alerts.ts";
import { IncidentState } from "../../events/incidents.ts";
import { defaultProject } from "../platform/labels/project.ts";
import { Delivery } from "./schemas.ts";

/** The incident as it stood when the message became owed; a later change is a later message. */
export const IncidentFacts = z.object({
  incidentId: z.string(),
  project: z.string().default(defaultProject),
  version: z.int().positive(),
  title: z.string(),
  severity: Severity,
  state: IncidentState,
  service: z.string().nullable(),
  labels: Labels,
  alertCount: z.int(),
  openedAt: z.iso.datetime(),
  /** When this came to be: opened again, escalated or resolved. */
  at: z.iso.datetime(),
  reopened: z.boolean(),
  /** Why it was opened, or what changed. */
  text: z.string(),
});
export type IncidentFacts = z.infer<typeof IncidentFacts>;

export const Subject = z.discriminatedUnion("about", [
  z.object({ about: z.literal("incident"), facts: IncidentFacts }),
  /** Its lines are read when it is sent. */
  z.object({ about: z.literal("digest"), because: z.string() }),
  z.object({ about: z.literal("test") }),
]);
export type Subject = z.infer<typeof Subject>;

/** A delivery with what only its sender needs to know. */
export const StoredDelivery = z.object({
  ...Delivery.shape,
  subject: Subject,
  /** No attempt begins earlier: the end of a digest's window, or the next retry; 0 = at once. */
  notBeforeMs: z.int(),
  giveUpAtMs: z.int(),
  /** Until then an attempt may be under way, and nobody else begins one. */
  leaseUntilMs: z.int(),
  startedAttempts: z.int(),
  answerOnResolve: z.boolean(),
  /** Earlier messages about the same incident in this channel, which this one outdates or answers. */
  follows: z.array(z.string()),
});
export type StoredDelivery = z.infer<typeof StoredDelivery>;

export function isFinished({ state }: Delivery): boolean {
  return state === "delivered" || state === "failed" || state === "suppressed";
}

/** Its message left, or will. */
export function reachesChannel({ state }: Delivery): boolean {
  return state !== "failed" && state !== "suppressed";
}

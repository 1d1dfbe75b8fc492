import { z } from "zod";
import { Labels, Severity } from "../../events/alerts.ts";
import { Actor } from "../../events/envelope.ts";
import { IncidentState } from "../../events/incidents.ts";
import { defaultProject } from "../tenancy/schemas.ts";

/** What most likely broke, as the newest analysis of the incident says. */
export const LikelyCause = z.object({
  analysisId: z.string(),
  service: z.string(),
  metric: z.string().nullable(),
  statement: z.string(),
  /** 0 to 1. */
  score: z.number(),
});
export type LikelyCause = z.infer<typeof LikelyCause>;

export const Incident = z.object({
  id: z.string(),
  project: z.string().default(defaultProject),
  version: z.int().positive(),
  title: z.string(),
  severity: Severity,
  state: IncidentState,
  service: z.string().nullable(),
  labels: Labels,
  correlationKey: z.string(),
  /** Why these alerts were put together. */
  reason: z.string(),
  assignee: z.string().nullable(),
  alertCount: z.int().nonnegative(),
  firingCount: z.int().nonnegative(),
  openedAt: z.iso.datetime(),
  acknowledgedAt: z.iso.datetime().nullable(),
  mitigatedAt: z.iso.datetime().nullable(),
  resolvedAt: z.iso.datetime().nullable(),
  updatedAt: z.iso.datetime(),
  /** Time to acknowledge and to resolve, ms; null until it happened. */
  timeToAcknowledgeMs: z.int().nullable(),
  timeToResolveMs: z.int().nullable(),
  /** Absent until it was analysed; null where nothing could be ranked. */
  likelyCause: LikelyCause.nullable().optional(),
  /** The states it may move to from here. */
  nextStates: z.array(IncidentState),
});
export type Incident = z.infer<typeof Incident>;

export const IncidentList = z.object({
  items: z.array(Incident),
  cursor: z.string().nullable(),
  /** Means over the incidents of the last 30 days; null where none got there. */
  stats: z.object({ open: z.int(), mttaMs: z.number().nullable(), mttrMs: z.number().nullable() }),
});
export type IncidentList = z.infer<typeof IncidentList>;

/** `GET /api/incidents`: `open` = every state before RESOLVED. */
export const IncidentFilter = z.object({
  state: z.union([IncidentState, z.enum(["open", "closed"])]).optional(),
  severity: Severity.optional(),
  service: z.string().max(1_024).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
});
export type IncidentFilter = z.infer<typeof IncidentFilter>;

export const TimelineEntry = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  kind: z.enum([
    "opened",
    "alert",
    "state",
    "severity",
    "assignee",
    "title",
    "comment",
    "notification",
    "analysis",
  ]),
  actor: Actor,
  text: z.string(),
  /** Facts of the entry: `{ from, to }`, `{ alertId }`, … */
  facts: z.record(z.string(), z.unknown()),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

export const Timeline = z.object({ items: z.array(TimelineEntry), cursor: z.string().nullable() });
export type Timeline = z.infer<typeof Timeline>;

/** One alert as its incident remembers it. */
export const IncidentAlert = z.object({
  alertId: z.string(),
  ruleId: z.string(),
  ruleName: z.string(),
  severity: Severity,
  labels: Labels,
  firing: z.boolean(),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  unit: z.string().nullable(),
  startedAt: z.iso.datetime(),
  resolvedAt: z.iso.datetime().nullable(),
  reason: z.string(),
});
export type IncidentAlert = z.infer<typeof IncidentAlert>;

export const IncidentAlertList = z.object({ items: z.array(IncidentAlert), cursor: z.string().nullable() });
export type IncidentAlertList = z.infer<typeof IncidentAlertList>;

/**
 * `POST /api/incidents/{id}/transitions`. To LEARNED it goes only once an alert rule stands whose back-test over
 * the time of the incident fires; `GET /api/incidents/{id}/guard` tells.
 */
export const TransitionInput = z.strictObject({ to: IncidentState, note: z.string().max(10_000).optional() });
export type TransitionInput = z.infer<typeof TransitionInput>;

/** `POST /api/incidents/{id}/comments`. */
export const CommentInput = z.strictObject({ text: z.string().trim().min(1).max(10_000) });
export type CommentInput = z.infer<typeof CommentInput>;

/** `PATCH /api/incidents/{id}`. */
export const IncidentPatch = z
  .strictObject({
    severity: Severity.optional(),
    assignee: z.string().trim().max(200).nullable().optional(),
    title: z.string().trim().min(1).max(300).optional(),
  })
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), "changes nothing");
export type IncidentPatch = z.infer<typeof IncidentPatch>;

/** `GET /api/incidents/{id}/timeline` (newest first) and `/alerts`. */
export const IncidentPage = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
});
export type IncidentPage = z.infer<typeof IncidentPage>;

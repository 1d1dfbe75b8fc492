import { z } from "zod";

/** What was acted on: `{ type: "alert-rule", id: "rul_…" }`. */
export const AuditResource = z.object({
  type: z.string().regex(/^[a-z]+(-[a-z]+)*$/),
  id: z.string().min(1).max(512),
  name: z.string().max(512).optional(),
});
export type AuditResource = z.infer<typeof AuditResource>;

/** `alert-rule.created`: the resource's type and a verb in the past tense. */
export const AuditAction = z.string().regex(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/);

/** Where a request came from; null where a clock or an event was the cause. */
export const AuditOrigin = z.object({
  ip: z.string().max(64),
  userAgent: z.string().max(256),
  requestId: z.string().max(128),
});
export type AuditOrigin = z.infer<typeof AuditOrigin>;

/** The fields that matter of the resource, secrets taken out. Of an update, those that changed and no others. */
const Fields = z.record(z.string(), z.unknown()).nullable();

export const AuditRecordedV1 = z.object({
  action: AuditAction,
  resource: AuditResource,
  /** null: it did not exist. */
  before: Fields,
  /** null: it does not exist any more. */
  after: Fields,
  why: z.string().max(2_000).nullable(),
  from: AuditOrigin.nullable(),
});
export type AuditRecordedV1 = z.infer<typeof AuditRecordedV1>;

import { z } from "zod";
import { AuditAction, AuditRecordedV1 } from "../../events/audit.ts";
import { Actor } from "../../events/envelope.ts";

/** One act, and its place in the tenant's chain: `hash` covers every other field, `prevHash` among them. */
export const AuditEntry = z.object({
  /** 1, 2, 3 … without a gap. */
  seq: z.int().positive(),
  /** When it happened. */
  at: z.iso.datetime(),
  /** When it took its place in the chain. */
  recordedAt: z.iso.datetime(),
  actor: Actor,
  ...AuditRecordedV1.shape,
  /** The event it was recorded from, and the one that this followed from. */
  eventId: z.string(),
  causationId: z.string().nullable(),
  traceId: z.string(),
  /** SHA-256, hex; 64 zeros before the first entry. */
  prevHash: z.string().regex(/^[0-9a-f]{64}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditList = z.object({ items: z.array(AuditEntry), cursor: z.string().nullable() });
export type AuditList = z.infer<typeof AuditList>;

const span = {
  /** ISO 8601; `from` is inclusive, `to` exclusive. */
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
};

const narrowing = {
  ...span,
  /** Like `key:AbC…`, `person:…` or `system:alerts-evaluate`. */
  actor: z
    .string()
    .regex(/^(person|key|system):.{1,200}$/, 'is not like "person:…", "key:…" or "system:…"')
    .optional(),
  /** A type like `alert-rule`, or one thing like `alert-rule:rul_…`. */
  resource: z
    .string()
    .regex(/^[a-z]+(-[a-z]+)*(:.{1,512})?$/, 'is not like "alert-rule" or "alert-rule:rul_…"')
    .optional(),
  action: AuditAction.optional(),
};

/** `GET /api/audit`: newest first. */
export const AuditFilter = z.strictObject({
  ...narrowing,
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(2_000).optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

/** `GET /api/audit/export`: as a file, at most 1,000 entries; the header `Link: <…>; rel="next"` names the next part. */
export const AuditExport = z.strictObject({
  ...narrowing,
  format: z.enum(["jsonl", "csv"]).default("jsonl"),
  cursor: z.string().max(2_000).optional(),
});
export type AuditExport = z.infer<typeof AuditExport>;

/** `GET /api/audit/statistics`: the last 30 days unless a span is named. */
export const AuditStatisticsFilter = z.strictObject(span);
export type AuditStatisticsFilter = z.infer<typeof AuditStatisticsFilter>;

const Count = z.object({ name: z.string(), count: z.int() });

export const AuditStatistics = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  entries: z.int(),
  /** false: there are more than were counted, and these are the newest of them. */
  complete: z.boolean(),
  perDay: z.array(z.object({ day: z.iso.date(), count: z.int() })),
  /** Each the most frequent first, at most 20. */
  byAction: z.array(Count),
  byResourceType: z.array(Count),
  byActor: z.array(z.object({ actor: Actor, count: z.int() })),
});
export type AuditStatistics = z.infer<typeof AuditStatistics>;

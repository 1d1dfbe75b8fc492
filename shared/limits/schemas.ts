import { z } from "zod";

/** What a route costs: a request, a call that a model answers, or telemetry counted by its bytes. */
export const RouteClass = z.enum(["api", "ai", "ingest"]);
export type RouteClass = z.infer<typeof RouteClass>;

/** Whose bucket: one API key's, one person's, or that of the whole tenant. */
export const BucketOwner = z.enum(["key", "person", "tenant"]);
export type BucketOwner = z.infer<typeof BucketOwner>;

export const QuotaName = z.enum(["alert-rules", "channels", "api-keys", "series", "ai-tokens-per-day"]);
export type QuotaName = z.infer<typeof QuotaName>;

/** One token bucket: `perMinute` come back each minute, and no more than that are held. */
export const Bucket = z.object({
  routeClass: RouteClass,
  owner: BucketOwner,
  /** Of the key or person; null for the tenant's. */
  ownerId: z.string().nullable(),
  unit: z.enum(["requests", "bytes"]),
  perMinute: z.int().positive(),
  remaining: z.int().nonnegative(),
});
export type Bucket = z.infer<typeof Bucket>;

export const Quota = z.object({
  name: QuotaName,
  limit: z.int().nonnegative(),
  used: z.int().nonnegative(),
  /** null: what is used stays used until it is removed. */
  resetsAt: z.iso.datetime().nullable(),
});
export type Quota = z.infer<typeof Quota>;

/** `GET /api/limits`: the tenant's limits, the asking credential's own, and what is left of them. */
export const Limits = z.object({ buckets: z.array(Bucket), quotas: z.array(Quota) });
export type Limits = z.infer<typeof Limits>;

/** `GET /api/limits/series`: where the series come from, the worst first. */
export const Cardinality = z.object({
  /** Series that sent something within the day. */
  series: z.int(),
  /** New series beyond it are refused; known ones go on. */
  limit: z.int(),
  /** false: there are more series than were looked at. */
  complete: z.boolean(),
  metrics: z.array(
    z.object({
      metric: z.string(),
      series: z.int(),
      /** The labels that multiply it: the one with the most values first. */
      labels: z.array(z.object({ label: z.string(), values: z.int(), examples: z.array(z.string()) })),
    }),
  ),
});
export type Cardinality = z.infer<typeof Cardinality>;

import { z } from "zod";

/** The answer of `POST /api/ingest/metrics`; every item of the request is either accepted or rejected. */
export const IngestAnswer = z.object({
  accepted: z.int().nonnegative(),
  rejected: z.int().nonnegative(),
  /** The first hundred, by their place in the request. */
  errors: z.array(z.object({ index: z.int().nonnegative(), reason: z.string() })),
});
export type IngestAnswer = z.infer<typeof IngestAnswer>;

/** One item of `POST /api/ingest/metrics`. */
export const PlainPoint = z.object({
  name: z.string().min(1).max(255),
  /** null is how JSON writes what is no number; the point is then rejected alone. */
  value: z.number().nullable().optional(),
  /** ISO 8601 with its zone, or ms since the epoch; the time of receipt when left out. */
  timestamp: z.union([z.string(), z.number()]).optional(),
  unit: z.string().max(255).optional(),
  labels: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

import { z } from "zod";
import { Labels } from "../../events/alerts.ts";
import { Contribution, Sensitivity } from "../../events/anomalies.ts";
import { Signal } from "./schemas.ts";

/** A change of an anomaly as the block's save owes it to the anomaly's own record. */
export const PendingChange = z.object({
  kind: z.enum(["opened", "grew", "ended", "suppressed", "withdrawn"]),
  /** What the anomaly is of. */
  subject: z.object({
    kind: z.enum(["metric", "vector"]),
    seriesId: z.string().nullable(),
    metric: z.string().nullable(),
    signal: Signal.nullable(),
    service: z.string().nullable(),
    labels: Labels,
    unit: z.string().nullable(),
  }),
  sinceMs: z.number(),
  atMs: z.number(),
  level: Sensitivity,
  threshold: z.number(),
  outcome: z.enum(["calm", "adapted", "silent", "withdrawn"]).nullable(),
  value: z.number().nullable(),
  expected: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  score: z.number(),
  feature: z.string().nullable(),
  metricClass: z.string(),
  contributions: z.array(Contribution),
  /** A vector's newest values, for a second opinion. */
  row: z.array(z.object({ seriesId: z.string(), value: z.number().nullable() })).nullable(),
  causationId: z.string().nullable(),
});
export type PendingChange = z.infer<typeof PendingChange>;

import { z } from "zod";

/**
 * One accepted batch of points, at most 200 KB. The summary is readable so that rules can match on it;
 * the points are packed by the codec in shared/metrics/points-codec.ts (base64 of its binary form).
 */
export const MetricsReceivedV1 = z.object({
  batchId: z.string(),
  project: z.string(),
  services: z.array(z.string()).max(100),
  metricNames: z.array(z.string()).max(500),
  pointCount: z.int().positive(),
  seriesCount: z.int().positive(),
  fromMs: z.int(),
  toMs: z.int(),
  receivedAtMs: z.int(),
  packed: z.object({ codec: z.literal("points.v1"), base64: z.string() }),
});
export type MetricsReceivedV1 = z.infer<typeof MetricsReceivedV1>;

import { z } from "zod";

/** The answer of `POST /api/ingest/metrics`; every item of the request is either accepted or rejected. */
export const IngestAnswer = z.object({
  accepted: z.int().nonnegative(),
  rejected: z.int().nonnegative(),
  /** The first hundred, by their place in the request. */
  errors: z.array(z.object({ index: z.int().nonnegative(), reason: z.string() })),
});
export type IngestAnswer = z.infer<typeof IngestAnswer>;

import { z } from "zod";

/** RFC 9457 problem details, as every answer of 400 and above has them. */
export const Problem = z.object({
  /** Names the kind of problem, as `code` does. */
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  /** Stable: what a program may decide by. */
  code: z.string(),
  detail: z.string(),
  /** The parameter, header or field that is wrong. */
  field: z.string().optional(),
  requestId: z.string(),
});
export type Problem = z.infer<typeof Problem>;

import { z } from "zod";

const words = z.object({ text: z.string(), evidence: z.array(z.string()) });

/** The forms of answers; without lengths, as providers take few of them in a form. What is too long is cut. */
export const ExplanationWords = z.object({
  rootCause: words.nullable(),
  affected: z.array(words),
  steps: z.array(words),
  prevention: z.array(words),
  whatHappened: z.string(),
  whatIsDone: z.string(),
});
export type ExplanationWords = z.infer<typeof ExplanationWords>;

export const QuestionWords = z.object({ claims: z.array(words) });

export const TriageWords = z.object({
  anomaly: z.boolean(),
  type: z.enum(["spike", "drop", "level-shift", "trend", "flatline", "noise"]),
  severity: z.enum(["info", "warning", "critical"]),
  line: z.string(),
});
export type TriageWords = z.infer<typeof TriageWords>;

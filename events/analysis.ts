import { z } from "zod";

/** Somebody asked for the causes of an incident to be looked for (again). */
export const AnalysisRequestedV1 = z.object({ incidentId: z.string() });
export type AnalysisRequestedV1 = z.infer<typeof AnalysisRequestedV1>;

/**
 * The causes of an incident were ranked. Told once when the ranking stands and, where a model then explained it,
 * once more; `status` says whether words may still follow.
 */
export const AnalysisCompletedV1 = z.object({
  analysisId: z.string(),
  incidentId: z.string(),
  /** Of the incident's analyses, 1 = the first. */
  version: z.int().positive(),
  status: z.enum(["ranked", "complete"]),
  explainedBy: z.enum(["rules", "model"]),
  /** The likeliest cause; null where nothing could be ranked. */
  cause: z
    .object({
      service: z.string(),
      metric: z.string().nullable(),
      deploymentId: z.string().nullable(),
      statement: z.string(),
      /** 0 to 1. */
      score: z.number(),
    })
    .nullable(),
  hypothesisCount: z.int().nonnegative(),
  evidenceCount: z.int().nonnegative(),
  gapCount: z.int().nonnegative(),
  costUsd: z.number().nonnegative(),
});
export type AnalysisCompletedV1 = z.infer<typeof AnalysisCompletedV1>;

/** A service got a new version, or its configuration was changed. */
export const DeploymentRecordedV1 = z.object({
  deploymentId: z.string(),
  kind: z.enum(["deployment", "configuration"]),
  /** Absent = default. */
  project: z.string().optional(),
  service: z.string(),
  version: z.string(),
  at: z.iso.datetime(),
  environment: z.string().nullable(),
  by: z.string().nullable(),
  link: z.string().nullable(),
  summary: z.string().nullable(),
});
export type DeploymentRecordedV1 = z.infer<typeof DeploymentRecordedV1>;

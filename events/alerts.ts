import { z } from "zod";

export const Severity = z.enum(["info", "warning", "critical"]);
export type Severity = z.infer<typeof Severity>;

export const Labels = z.record(z.string(), z.string());
export type Labels = z.infer<typeof Labels>;

const alertFacts = {
  /** Absent = default. */
  project: z.string().optional(),
  alertId: z.string(),
  ruleId: z.string(),
  ruleVersion: z.int().positive(),
  ruleName: z.string(),
  fingerprint: z.string(),
  severity: Severity,
  labels: Labels,
  annotations: Labels,
  /** null where the verdict came from missing data. */
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  unit: z.string().nullable(),
  startedAt: z.iso.datetime(),
  reason: z.string(),
};

export const AlertFiredV1 = z.object(alertFacts);
export type AlertFiredV1 = z.infer<typeof AlertFiredV1>;

export const AlertResolvedV1 = z.object({ ...alertFacts, resolvedAt: z.iso.datetime() });
export type AlertResolvedV1 = z.infer<typeof AlertResolvedV1>;

/** The same firing alert crossed another severity's threshold, up or down. */
export const AlertSeverityChangedV1 = z.object({ ...alertFacts, previousSeverity: Severity });
export type AlertSeverityChangedV1 = z.infer<typeof AlertSeverityChangedV1>;

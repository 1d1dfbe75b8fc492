import type { Severity } from "../../../events/alerts.ts";
import type { Sensitivity } from "../../../events/anomalies.ts";
import type { IncidentState } from "../../../events/incidents.ts";
import type { ForecastRuleInput, NoDataPolicy, Operator } from "../../../shared/alerts/schemas.ts";
import type { ScoreParts } from "../../../shared/analysis/schemas.ts";
import type { Aggregate } from "../../../shared/metrics/schemas.ts";

// The values behind the contracts' enums. They stand here again because importing the zod schemas
// themselves would add 94 KB to the first load; the types keep the two lists the same.

const listOf =
  <T extends string>() =>
  <const L extends readonly T[]>(...list: [T] extends [L[number]] ? L : never): L =>
    list;

/** Gravest first. */
export const severities = listOf<Severity>()("critical", "warning", "info");
export const incidentStates = listOf<IncidentState>()(
  "DETECTED",
  "ACKNOWLEDGED",
  "INVESTIGATING",
  "MITIGATED",
  "RESOLVED",
  "LEARNED",
);
/** From what is found only when extraordinary to what is found soonest. */
export const sensitivities = listOf<Sensitivity>()("low", "medium", "high");
export const operators = listOf<Operator>()(">", ">=", "<", "<=", "==", "!=");
export const noDataPolicies = listOf<NoDataPolicy>()("ok", "keep", "alert");
export const aggregates = listOf<Aggregate>()(
  "avg",
  "min",
  "max",
  "sum",
  "count",
  "last",
  "rate",
  "increase",
  "p50",
  "p75",
  "p90",
  "p95",
  "p99",
);
/** Those whose course can be told ahead. */
export const forecastAggregates = listOf<ForecastRuleInput["aggregate"]>()(
  "avg",
  "min",
  "max",
  "last",
  "rate",
);

/** The project everything belongs to that names no other. */
export const defaultProject = "default";
/** The label in which telemetry names its project. */
export const projectLabel = "sentinelops.project";

/** What each part weighs in a hypothesis' score; tests hold it to what the platform computes with. */
export const scoreWeights: Readonly<Record<keyof ScoreParts, number>> = {
  signalStrength: 0.25,
  timeCorrelation: 0.2,
  precedent: 0.2,
  evidenceQuality: 0.2,
  humanValidation: 0.15,
};

export const gravity = (severity: Severity): number => severities.length - severities.indexOf(severity);

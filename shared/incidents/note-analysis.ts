import type { AnalysisCompletedV1 } from "../../events/analysis.ts";
import type { Ctx } from "../platform/context.ts";
import { unchanged, withStep } from "./change.ts";
import { changeIncident } from "./change-incident.ts";
import type { IncidentRecord } from "./incident-record.ts";
import type { IncidentDeps } from "./save-change.ts";
import type { Incident } from "./schemas.ts";

/**
 * Puts the outcome of an analysis on the incident and its timeline: once when causes were ranked and once more
 * when a model explained them. The same outcome again, or an older one, changes nothing. Throws NotFound outside
 * the tenant.
 */
export async function noteAnalysis(
  ctx: Ctx,
  outcome: AnalysisCompletedV1,
  deps: IncidentDeps,
): Promise<Incident> {
  return changeIncident(ctx, outcome.incidentId, deps, (incident) => {
    if (!isNewer(outcome, incident)) return undefined;
    const { analysisId, version, explainedBy, cause, evidenceCount, costUsd } = outcome;
    return withStep(ctx, unchanged(incident), {
      set: { analysed: `${outcome.version}.${outcome.status}`, likelyCause: likelyCauseOf(outcome) },
      entry: {
        kind: "analysis",
        text: textOf(outcome),
        facts: { analysisId, version, explainedBy, cause, evidenceCount, costUsd },
      },
    });
  });
}

/** "complete" without a model's words adds nothing to what "ranked" of the same version said. */
function isNewer(outcome: AnalysisCompletedV1, { analysed }: IncidentRecord): boolean {
  if (analysed === undefined) return true;
  const [version = "0", status] = analysed.split(".");
  if (outcome.version !== Number(version)) return outcome.version > Number(version);
  return status === "ranked" && outcome.status === "complete" && outcome.explainedBy === "model";
}

function likelyCauseOf({ analysisId, cause }: AnalysisCompletedV1) {
  if (!cause) return null;
  const { service, metric, statement, score } = cause;
  return { analysisId, service, metric, statement, score };
}

function textOf({ explainedBy, cause, hypothesisCount }: AnalysisCompletedV1): string {
  if (!cause) return "SentinelOps looked for the cause and found nothing that left its history.";
  const others = hypothesisCount - 1;
  const more = others > 0 ? ` ${others} more were weighed.` : "";
  if (explainedBy === "model") return `A model explained the likely cause: ${cause.statement}`;
  return `Likely cause (${cause.score.toFixed(2)}): ${cause.statement}${more}`;
}

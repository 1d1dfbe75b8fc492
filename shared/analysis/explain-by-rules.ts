import type { IncidentRecord } from "../incidents/index.ts";
import { plainWords } from "./plain-words.ts";
import type { Analysis, Claim, Explanation } from "./schemas.ts";

/** The explanation that needs no model: sentences made from the ranked hypotheses, each with its evidence. */
export function explainByRules(
  { hypotheses, evidence, gaps }: Pick<Analysis, "hypotheses" | "evidence" | "gaps">,
  incident: Pick<IncidentRecord, "title" | "service" | "alertCount">,
): Explanation {
  const [first, second] = hypotheses;
  const cite = (ids: readonly string[]) => ids.slice(0, 5);
  const claim = (text: string, ids: readonly string[]): Claim[] =>
    ids.length > 0 ? [{ text, evidenceIds: cite(ids) }] : [];
  const alerts = evidence.filter(({ kind }) => kind === "alert");
  const rootCause = first ? (claim(first.statement, first.for)[0] ?? null) : null;
  const affected = alerts.slice(0, 5).map(({ summary, id }) => ({ text: summary, evidenceIds: [id] }));
  const deployment = first?.cause.deployment;
  const steps = first
    ? [
        ...(deployment
          ? claim(
              `Look at ${plainWords(deployment.version)} of ${plainWords(first.cause.service)}, and take it back if nothing speaks against it.`,
              first.for,
            )
          : claim(`Look at ${plainWords(first.cause.service)} first.`, first.for)),
        ...(second ? claim(`Then look at ${plainWords(second.cause.service)}.`, second.for) : []),
      ]
    : [];
  const prevention = first
    ? claim(
        `Watch ${plainWords(first.cause.metric ?? first.cause.service)} of ${plainWords(first.cause.service)} by an alert rule of its own.`,
        first.for,
      )
    : [];
  const where = first
    ? `The likeliest cause is ${plainWords(first.cause.service)} (score ${first.score.toFixed(2)}).`
    : "Nothing that is measured left its history, so no cause can be named.";
  const unseen = gaps.length > 0 ? ` ${gaps.length} things could not be seen.` : "";
  return {
    origin: "deterministic",
    model: null,
    rootCause,
    affected,
    steps,
    prevention,
    summary: `${plainWords(incident.title, 200)}: ${incident.alertCount} ${incident.alertCount === 1 ? "alert" : "alerts"} told of trouble${incident.service === null ? "" : ` at ${plainWords(incident.service)}`}.\n\n${where}${unseen}`,
    struckClaims: 0,
  };
}

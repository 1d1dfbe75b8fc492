import type { IncidentRecord } from "../incidents/index.ts";
import type { IncidentAlert, TimelineEntry } from "../incidents/schemas.ts";
import { entityOf } from "../services/index.ts";
import { plainWords, spellSpan } from "./plain-words.ts";
import type { Analysis, PostMortemInput } from "./schemas.ts";

/** What a post-mortem is drafted from. */
export interface Account {
  incident: IncidentRecord;
  /** Oldest first. */
  timeline: readonly TimelineEntry[];
  alerts: readonly IncidentAlert[];
  analysis: Analysis | null;
}

/** Pure: the first version of a post-mortem, from what the platform saw; people put it right. */
export function draftPostMortem({ incident, timeline, alerts, analysis }: Account): PostMortemInput {
  const explanation = analysis?.explanation;
  const first = analysis?.hypotheses[0];
  return {
    summary: summaryOf(incident, explanation?.summary),
    impact: impactOf(incident, alerts),
    cause: causeOf(analysis),
    fixes: timeline
      .filter(({ kind, actor }) => actor.kind !== "system" && (kind === "comment" || kind === "state"))
      .map(({ text }) => plainWords(text, 500))
      .slice(0, 20),
    actionItems: [
      ...(explanation?.prevention ?? []).map(({ text }) => plainWords(text, 500)),
      ...(analysis?.gaps ?? []).map(({ what, remedy }) => `${what} ${remedy}`),
      ...(first?.cause.deployment
        ? [`Find out why ${plainWords(first.cause.deployment.version)} reached production as it was.`]
        : []),
    ]
      .slice(0, 20)
      .map((text) => ({ text, owner: null, done: false })),
  };
}

function summaryOf({ title, openedAt, resolvedAt }: IncidentRecord, explained: string | undefined): string {
  const lasted =
    resolvedAt === null
      ? "It is not resolved yet."
      : `It lasted ${spellSpan(Date.parse(resolvedAt) - Date.parse(openedAt))}.`;
  return [`${plainWords(title, 300)}. Opened ${openedAt}. ${lasted}`, explained].filter(Boolean).join("\n\n");
}

function impactOf({ severity, alertCount }: IncidentRecord, alerts: readonly IncidentAlert[]): string {
  const services = [...new Set(alerts.flatMap(({ labels }) => entityOf(labels) ?? []))].sort();
  const named = services.slice(0, 10).map((service) => plainWords(service));
  const at = named.length > 0 ? ` at ${named.join(", ")}${services.length > 10 ? " and others" : ""}` : "";
  return `${alertCount} ${alertCount === 1 ? "alert" : "alerts"}${at}, ${severity} at the end.`;
}

function causeOf(analysis: Analysis | null): string {
  const accepted = analysis?.hypotheses.find(({ feedback }) => feedback?.verdict === "accepted");
  if (accepted) return `${accepted.statement} A person confirmed it.`;
  const corrected = analysis?.hypotheses.find(({ feedback }) => feedback?.verdict === "corrected")?.feedback;
  if (corrected?.cause) {
    const note = corrected.note === null ? "" : ` ${plainWords(corrected.note, 500)}`;
    return `${plainWords(corrected.cause.service)}, as a person found.${note}`;
  }
  const [first] = analysis?.hypotheses ?? [];
  return first ? `Not confirmed yet. Likeliest: ${first.statement}` : "Not known yet.";
}

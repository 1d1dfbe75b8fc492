import { derivedId } from "../../platform/ids.ts";
import { entityOf } from "../../services/index.ts";
import { alertLink } from "../links.ts";
import { plainWords, spellValue } from "../plain-words.ts";
import type { AlertFacts, Evidence } from "../schemas.ts";
import type { EvidenceSource, Scope } from "../scope.ts";

const maxAlerts = 40;

/** The incident's own alerts, the earliest first. */
export const alertsSource: EvidenceSource<unknown> = {
  name: "alerts",
  async find(scope) {
    const earliest = [...scope.alerts].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
    return { evidence: earliest.slice(0, maxAlerts).map((alert) => toEvidence(alert, scope)) };
  },
};

function toEvidence(alert: Scope["alerts"][number], { incident }: Scope): Evidence {
  const { alertId, ruleId, ruleName, severity, labels, value, threshold, unit, firing, reason } = alert;
  const facts: AlertFacts = {
    ...{ alertId, ruleId, ruleName, severity, labels, value, threshold, unit, firing, reason },
  };
  const entity = entityOf(labels);
  const on = entity === null ? "" : ` on ${plainWords(entity)}`;
  const level =
    value === null || threshold === null
      ? ""
      : `: ${spellValue(value, unit)} against ${spellValue(threshold, unit)}`;
  return {
    id: derivedId("evidence", incident.id, "alert", alertId),
    kind: "alert",
    source: "alerts",
    at: alert.startedAt,
    service: entity,
    provenance: {
      from: "telemetry",
      untrusted: ["service", "summary", "facts.ruleName", "facts.labels.*", "facts.unit", "facts.reason"],
    },
    link: alertLink(alertId),
    summary: `Alert "${plainWords(ruleName)}" (${severity})${on}${level}.`,
    facts,
  };
}

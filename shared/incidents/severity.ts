import { Severity } from "../../events/alerts.ts";

const rank = (severity: Severity) => Severity.options.indexOf(severity);

export function isGraver(a: Severity, b: Severity): boolean {
  return rank(a) > rank(b);
}

/** The gravest of at least one. */
export function gravest(severities: readonly Severity[]): Severity {
  return severities.reduce((worst, severity) => (isGraver(severity, worst) ? severity : worst), "info");
}

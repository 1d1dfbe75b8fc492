import type { Severity } from "../../events/alerts.ts";
import { serviceOf } from "./alert-signal.ts";
import type { IncidentRecord } from "./incident-record.ts";
import { changeOf, type Member, mergeSignals, type Signals } from "./member.ts";
import { isOpen } from "./states.ts";

/** An open incident that nothing touched for this long takes no more alerts. */
export const joinWindowMs = 24 * 3_600_000;

export type Correlation =
  | { kind: "attach"; incidentId: string; reason: string }
  | { kind: "open"; severity: Severity; title: string; reason: string }
  | { kind: "ignore"; reason: string };

/** What is known of the alert and its neighbourhood when its signals are judged. */
export interface Candidates {
  /** The newest incident that already holds the alert, and what it knows of it. */
  home: { incident: IncidentRecord; member: Member } | undefined;
  /** The incident under the alert's keys that would take it, or else the last one that did. */
  current: IncidentRecord | undefined;
}

/**
 * Attach, open or ignore, with the reason a person reads. A firing alert joins the open incident of its
 * service (without one, of its rule) if that was touched within 24 h; else it opens one. A resolved incident
 * stays resolved: an alert that fires again opens a new one whose reason names the former. What an incident
 * already knows, and what is older than it knows, changes nothing; a resolution nobody asked for opens nothing.
 */
export function correlate(signals: Signals, { home, current }: Candidates, nowMs: number): Correlation {
  const after = mergeSignals(home?.member, signals);
  if (home) {
    const change = changeOf(home.member, after);
    if (change === "none") return { kind: "ignore", reason: `${home.incident.id} knows this already` };
    const needsOpen = change === "restarted" || change === "escalated";
    if (isOpen(home.incident.state) || !needsOpen) {
      const reason = `"${after.ruleName}" ${change}; it is part of this incident`;
      return { kind: "attach", incidentId: home.incident.id, reason };
    }
  }
  if (current && takesAlerts(current, nowMs)) {
    return { kind: "attach", incidentId: current.id, reason: whyJoined(after, current) };
  }
  if (signals.every((signal) => signal.resolvedAt !== null)) {
    return { kind: "ignore", reason: "it is resolved and no open incident waits for it" };
  }
  return {
    kind: "open",
    severity: after.severity,
    title: titleOf(after),
    reason: whyOpened(after, current, nowMs),
  };
}

export function takesAlerts(incident: IncidentRecord, nowMs: number): boolean {
  return isOpen(incident.state) && nowMs - Date.parse(incident.updatedAt) <= joinWindowMs;
}

function titleOf({ ruleName, labels }: Member): string {
  const service = serviceOf(labels);
  const title = service === null ? ruleName : `${ruleName} on ${service}`;
  return title.length <= 300 ? title : `${title.slice(0, 299)}…`;
}

function whyJoined(alert: Member, incident: IncidentRecord): string {
  const service = serviceOf(alert.labels);
  const sameService = incident.service !== null && incident.service === service;
  const same = sameService ? `service \`${service}\`` : `rule "${alert.ruleName}"`;
  const others = incident.firingCount === 1 ? "1 firing alert" : `${incident.firingCount} firing alerts`;
  const since = `${incident.openedAt.slice(11, 16)} UTC`;
  return `"${alert.ruleName}" joined because it is the same ${same} as ${others} since ${since}`;
}

function whyOpened(alert: Member, former: IncidentRecord | undefined, nowMs: number): string {
  const service = serviceOf(alert.labels);
  const subject = service === null ? `rule "${alert.ruleName}"` : `service \`${service}\``;
  if (former && isOpen(former.state)) {
    const idle = span(nowMs - Date.parse(former.updatedAt));
    return `"${alert.ruleName}" fired; ${former.id} for ${subject} is open, but nothing touched it for ${idle}`;
  }
  const why = `"${alert.ruleName}" fired and no incident was open for ${subject}`;
  if (!former?.resolvedAt) return why;
  return `${why}; the former, ${former.id}, was resolved ${span(nowMs - Date.parse(former.resolvedAt))} before`;
}

function span(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return "less than a minute";
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

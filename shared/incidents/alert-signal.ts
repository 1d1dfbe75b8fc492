import type { Severity } from "../../events/alerts.ts";
import type { EventData } from "../../events/catalog.ts";
import type { Envelope } from "../../events/envelope.ts";
import { isoTime } from "../platform/clock.ts";
import { defaultProject } from "../platform/labels/project.ts";

export const alertEventTypes = ["alert.fired.v1", "alert.severity-changed.v1", "alert.resolved.v1"] as const;
type AlertEventType = (typeof alertEventTypes)[number];
export type AlertEvent = {
  [T in AlertEventType]: Pick<Envelope, "id" | "time"> & { type: T; data: EventData<T> };
}[AlertEventType];

/** What one alert event says of its alert. Times are ISO in UTC with milliseconds, so they compare as text. */
export interface AlertSignal {
  eventId: string;
  eventAt: string;
  project: string;
  alertId: string;
  ruleId: string;
  ruleName: string;
  severity: Severity;
  labels: Record<string, string>;
  value: number | null;
  threshold: number | null;
  unit: string | null;
  startedAt: string;
  /** null = firing. */
  resolvedAt: string | null;
  reason: string;
}

export function toSignal(event: AlertEvent): AlertSignal {
  const { alertId, ruleId, ruleName, severity, labels, value, threshold, unit, reason, startedAt } =
    event.data;
  return {
    eventId: event.id,
    eventAt: sameForm(event.time),
    project: event.data.project ?? defaultProject,
    ...{ alertId, ruleId, ruleName, severity, labels, value, threshold, unit, reason },
    startedAt: sameForm(startedAt),
    resolvedAt: event.type === "alert.resolved.v1" ? sameForm(event.data.resolvedAt) : null,
  };
}

/** The service an alert speaks of, where its labels name one. */
export function serviceOf(labels: Readonly<Record<string, string>>): string | null {
  return labels["service.name"] || labels["service"] || null;
}

export const ruleKey = (ruleId: string) => `rule:${ruleId}`;
/** Services of two projects are two, though they have one name. */
export const serviceKey = (service: string, project: string) =>
  project === defaultProject ? `service:${service}` : `project:${project}:service:${service}`;

/** The keys under which an open incident may take this alert, the one it prefers first. */
export function correlationKeys(signal: AlertSignal): string[] {
  const service = serviceOf(signal.labels);
  return service === null
    ? [ruleKey(signal.ruleId)]
    : [serviceKey(service, signal.project), ruleKey(signal.ruleId)];
}

function sameForm(time: string): string {
  return isoTime(Date.parse(time));
}

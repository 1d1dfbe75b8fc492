import type { Alert, AlertDecision, AlertRule, ThresholdRule } from "../../../shared/alerts/schemas.ts";
import type { Analysis, PostMortem } from "../../../shared/analysis/schemas.ts";
import type { Anomaly } from "../../../shared/anomalies/schemas.ts";
import type { AuditEntry } from "../../../shared/audit/schemas.ts";
import type { Deployment } from "../../../shared/deployments/schemas.ts";
import type { Incident, IncidentAlert, TimelineEntry } from "../../../shared/incidents/schemas.ts";
import type { ApiKey } from "../../../shared/keys/schemas.ts";
import type { Channel, Delivery, NotificationRoute } from "../../../shared/notifications/schemas.ts";
import type { Service } from "../../../shared/services/schemas.ts";
import type { Invitation, Member, Project } from "../../../shared/tenancy/schemas.ts";
import { failingForMs } from "./fake-metrics.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Everything the fake API holds. */
export interface FakeWorld {
  rules: AlertRule[];
  alerts: Alert[];
  decisions: AlertDecision[];
  incidents: Incident[];
  timelines: Map<string, TimelineEntry[]>;
  members: Map<string, IncidentAlert[]>;
  channels: Channel[];
  routes: NotificationRoute[];
  deliveries: Delivery[];
  anomalies: Anomaly[];
  analyses: Map<string, Analysis>;
  postMortems: Map<string, PostMortem>;
  services: Service[];
  deployments: Deployment[];
  people: Member[];
  invitations: Invitation[];
  projects: Project[];
  keys: ApiKey[];
  audit: AuditEntry[];
}

export const emptyWorld = (): FakeWorld => ({
  rules: [],
  alerts: [],
  decisions: [],
  incidents: [],
  timelines: new Map(),
  members: new Map(),
  channels: [],
  routes: [],
  deliveries: [],
  anomalies: [],
  analyses: new Map(),
  postMortems: new Map(),
  services: [],
  deployments: [],
  people: [],
  invitations: [],
  projects: [],
  keys: [],
  audit: [],
});

export function aRule(over: Partial<ThresholdRule>, nowMs: number): ThresholdRule {
  return {
    type: "threshold",
    id: "rul_latency",
    version: 3,
    name: "Slow requests",
    project: "default",
    metric: "http.server.request.duration",
    match: '{env="prod"}',
    aggregate: "p95",
    windowMs: 60_000,
    operator: ">",
    thresholds: { warning: 0.8, critical: 1.5 },
    groupBy: ["service.name"],
    forMs: 120_000,
    keepFiringForMs: 60_000,
    noData: "ok",
    noDataAfterMs: 300_000,
    labels: { team: "shop" },
    annotations: { summary: "p95 of {{ labels.service.name }} is at {{ value }}" },
    enabled: true,
    createdAt: iso(nowMs - 20 * 24 * hourMs),
    updatedAt: iso(nowMs - 3 * hourMs),
    updatedBy: "Administrator",
    ...over,
  };
}

export function anAlert(over: Partial<Alert>, nowMs: number): Alert {
  const service = over.labels?.["service.name"] ?? "payments";
  return {
    id: `alt_${service}`,
    project: "default",
    ruleId: "rul_latency",
    ruleVersion: 3,
    ruleName: "Slow requests",
    metric: "http.server.request.duration",
    fingerprint: `fp-${service}`,
    state: "firing",
    severity: "critical",
    labels: { "service.name": service, team: "shop", env: "prod" },
    annotations: { summary: `p95 of ${service} is at 2.16 s` },
    value: 2.16,
    threshold: 1.5,
    unit: "s",
    pendingSince: iso(nowMs - failingForMs + minuteMs),
    startedAt: iso(nowMs - failingForMs + 3 * minuteMs),
    resolvedAt: null,
    lastEvaluatedAt: iso(nowMs - 6_000),
    reason: "p95 2.16 s has been above 1.5 s for 35 min 4 s.",
    version: 7,
    ...over,
  };
}

export function anIncident(over: Partial<Incident>, nowMs: number): Incident {
  const opened = nowMs - failingForMs + 3 * minuteMs;
  return {
    id: "inc_payments",
    project: "default",
    version: 4,
    title: "Slow requests: payments and 1 more",
    severity: "critical",
    state: "DETECTED",
    service: "payments",
    labels: { team: "shop", env: "prod" },
    correlationKey: "team=shop,env=prod",
    reason:
      "Both alerts come from the rule “Slow requests” and share team=shop, env=prod; they started 2 min apart.",
    assignee: null,
    alertCount: 2,
    firingCount: 2,
    openedAt: iso(opened),
    acknowledgedAt: null,
    mitigatedAt: null,
    resolvedAt: null,
    updatedAt: iso(opened + 2 * minuteMs),
    timeToAcknowledgeMs: null,
    timeToResolveMs: null,
    nextStates: ["ACKNOWLEDGED", "INVESTIGATING", "RESOLVED"],
    ...over,
  };
}

export function anAnomaly(over: Partial<Anomaly>, nowMs: number): Anomaly {
  return {
    id: "ano_latency",
    kind: "metric",
    state: "open",
    mode: "paging",
    modeReason: "It may page: the detector found 0.91 of the faults injected into series of this class.",
    metric: "http.server.request.duration",
    seriesId: "payments-eu-1",
    signal: "mean",
    service: "payments",
    labels: { "service.name": "payments", region: "eu-1", env: "prod" },
    unit: "s",
    startedAt: iso(nowMs - failingForMs + minuteMs),
    endedAt: null,
    outcome: null,
    peakAt: iso(nowMs - failingForMs + 5 * minuteMs),
    value: 2.21,
    expected: 0.27,
    band: { low: 0.16, high: 0.39 },
    score: 11.2,
    sensitivity: "low",
    feature: "short-level",
    contributions: [],
    secondOpinion: null,
    triage: null,
    metricClass: "mean/time/daily",
    detectorVersion: "metric 3",
    feedback: [],
    reason: "2.21 s where 0.27 s was expected; ordinary is 0.16 s to 0.39 s.",
    version: 2,
    ...over,
  };
}

export const iso = (ms: number): string => new Date(ms).toISOString();

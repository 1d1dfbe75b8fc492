import type { z } from "zod";
import { AlertFiredV1, AlertResolvedV1, AlertSeverityChangedV1 } from "./alerts.ts";
import { AnalysisCompletedV1, AnalysisRequestedV1, DeploymentRecordedV1 } from "./analysis.ts";
import { AnomalyDetectedV1, AnomalyEndedV1, AnomalyTriagedV1 } from "./anomalies.ts";
import { AuditRecordedV1 } from "./audit.ts";
import { IncidentOpenedV1, IncidentStateChangedV1, IncidentUpdatedV1 } from "./incidents.ts";
import { MetricsReceivedV1 } from "./metrics.ts";
import { NotificationDeliveredV1, NotificationFailedV1, NotificationRequestedV1 } from "./notifications.ts";
import { ConnectionExpiredV1 } from "./realtime.ts";
import {
  MemberInvitedV1,
  MemberJoinedV1,
  MemberRemovedV1,
  MemberRoleChangedV1,
  SessionEndedV1,
} from "./tenancy.ts";

interface CatalogEntry {
  schema: z.ZodType;
  /** One sentence a customer reads before hanging a rule on it. */
  says: string;
  /** No function of ours has to consume it. */
  terminal: boolean;
  /** Paths into `data` that hold text from outside. */
  untrusted: readonly string[];
}

const alertText = ["ruleName", "labels.*", "annotations.*", "unit", "reason"] as const;
const anomalyText = [
  "metric",
  "service",
  "labels.*",
  "unit",
  "contributions.*.metric",
  "contributions.*.labels.*",
  "reason",
] as const;
const incidentText = ["title", "service", "labels.*"] as const;

/** Every fact that may cross the bus. A v1 never changes shape; a new shape is a new version beside it. */
export const catalog = {
  "metrics.received.v1": {
    schema: MetricsReceivedV1,
    says: "A batch of metric points was accepted.",
    terminal: false,
    untrusted: ["project", "services.*", "metricNames.*", "packed"],
  },
  "alert.fired.v1": {
    schema: AlertFiredV1,
    says: "An alert rule began to fire for one group of series.",
    terminal: false,
    untrusted: alertText,
  },
  "alert.severity-changed.v1": {
    schema: AlertSeverityChangedV1,
    says: "A firing alert crossed the threshold of another severity.",
    terminal: false,
    untrusted: alertText,
  },
  "alert.resolved.v1": {
    schema: AlertResolvedV1,
    says: "A firing alert went back to normal.",
    terminal: false,
    untrusted: alertText,
  },
  "incident.opened.v1": {
    schema: IncidentOpenedV1,
    says: "Alerts that belong together opened a new incident.",
    terminal: false,
    untrusted: [...incidentText, "correlationKey", "reason"],
  },
  "incident.updated.v1": {
    schema: IncidentUpdatedV1,
    says: "An incident gained or lost alerts, or a person changed it without moving its state.",
    terminal: false,
    untrusted: [...incidentText, "summary"],
  },
  "incident.state-changed.v1": {
    schema: IncidentStateChangedV1,
    says: "An incident moved from one state to the next.",
    terminal: false,
    untrusted: [...incidentText, "summary"],
  },
  "notification.requested.v1": {
    schema: NotificationRequestedV1,
    says: "One message is owed to one channel.",
    terminal: false,
    untrusted: [],
  },
  "notification.delivered.v1": {
    schema: NotificationDeliveredV1,
    says: "A channel accepted a message.",
    terminal: false,
    untrusted: [],
  },
  "notification.failed.v1": {
    schema: NotificationFailedV1,
    says: "A message was given up after its last attempt.",
    terminal: false,
    untrusted: ["reason"],
  },
  "anomaly.detected.v1": {
    schema: AnomalyDetectedV1,
    says: "A series or a whole service began to behave unlike itself, or does so more than before.",
    terminal: false,
    untrusted: anomalyText,
  },
  "anomaly.ended.v1": {
    schema: AnomalyEndedV1,
    says: "An anomaly is over.",
    terminal: false,
    untrusted: anomalyText,
  },
  "anomaly.triaged.v1": {
    schema: AnomalyTriagedV1,
    says: "A model said what it makes of an anomaly that may wake people; its words decide nothing.",
    terminal: false,
    untrusted: ["text"],
  },
  "analysis.requested.v1": {
    schema: AnalysisRequestedV1,
    says: "Somebody asked why an incident happened.",
    terminal: false,
    untrusted: [],
  },
  "analysis.completed.v1": {
    schema: AnalysisCompletedV1,
    says: "The likely causes of an incident were ranked, or explained.",
    terminal: false,
    untrusted: ["cause.service", "cause.metric", "cause.statement"],
  },
  "deployment.recorded.v1": {
    schema: DeploymentRecordedV1,
    says: "A service got a new version, or its configuration was changed.",
    terminal: true,
    untrusted: ["service", "version", "environment", "by", "link", "summary"],
  },
  "member.invited.v1": {
    schema: MemberInvitedV1,
    says: "Somebody was asked to join a tenant.",
    terminal: true,
    untrusted: [],
  },
  "member.joined.v1": {
    schema: MemberJoinedV1,
    says: "A person became a member of a tenant.",
    terminal: true,
    untrusted: ["name"],
  },
  "member.role-changed.v1": {
    schema: MemberRoleChangedV1,
    says: "A member's role or the projects it holds for changed.",
    terminal: false,
    untrusted: [],
  },
  "member.removed.v1": {
    schema: MemberRemovedV1,
    says: "A person is no member of a tenant any more.",
    terminal: false,
    untrusted: [],
  },
  "session.ended.v1": {
    schema: SessionEndedV1,
    says: "A person's session ended before its time, or moved to another tenant or project.",
    terminal: false,
    untrusted: [],
  },
  "connection.expired.v1": {
    schema: ConnectionExpiredV1,
    says: "The session or API key that a live stream was opened with has come to its end, and the stream with it.",
    terminal: false,
    untrusted: [],
  },
  "audit.recorded.v1": {
    schema: AuditRecordedV1,
    says: "Somebody, or the platform itself, changed something.",
    terminal: false,
    untrusted: ["resource.name", "before", "after", "why", "from.userAgent"],
  },
} as const satisfies Record<string, CatalogEntry>;

export type EventType = keyof typeof catalog;
export type EventData<T extends EventType> = z.infer<(typeof catalog)[T]["schema"]>;
export const eventTypes = Object.keys(catalog) as EventType[];

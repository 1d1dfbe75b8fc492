import type { FunctionRow } from "./row.ts";

export const platform: FunctionRow[] = [
  {
    name: "platform-health",
    trigger: { kind: "http", gateway: "retryable", routes: ["GET /v1/health"] },
    tables: { tenancy: "read" },
    publishes: [],
    memoryMb: 256,
    timeoutS: 5,
    impact: "load balancers and the failover take this region for dead",
  },
  {
    name: "platform-outbox",
    trigger: { kind: "schedule", everyMinutes: 1 },
    tables: { alerts: "sweep", incidents: "sweep", notifications: "sweep", anomalies: "sweep" },
    publishes: [
      "alert.fired.v1",
      "alert.severity-changed.v1",
      "alert.resolved.v1",
      "incident.opened.v1",
      "incident.updated.v1",
      "incident.state-changed.v1",
      "notification.requested.v1",
      "notification.delivered.v1",
      "notification.failed.v1",
      "anomaly.detected.v1",
      "anomaly.ended.v1",
    ],
    memoryMb: 256,
    timeoutS: 55,
    impact: "events of work cut off in the middle are not sent",
  },
];

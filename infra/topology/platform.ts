import { installationName } from "../installation-name.ts";
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
    tables: { alerts: "sweep", incidents: "sweep", notifications: "sweep" },
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
    ],
    memoryMb: 256,
    timeoutS: 55,
    impact: "events of work cut off in the middle are not sent",
  },
  {
    name: "platform-watch",
    // CloudWatch bills each metric that is asked for; its alarms tell within minutes, whatever this does.
    trigger: { kind: "schedule", everyMinutes: 15 },
    tables: { tenancy: "read" },
    publishes: ["metrics.received.v1"],
    permissions: ["cloudwatch:read"],
    onlyOn: "aws",
    env: { INSTALLATION: installationName },
    memoryMb: 256,
    timeoutS: 60,
    impact: "the dashboard's page of our own health shows old numbers",
  },
];

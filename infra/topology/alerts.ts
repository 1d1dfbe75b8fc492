import type { FunctionRow } from "./row.ts";

export const alerts: FunctionRow[] = [
  {
    name: "alerts-evaluate",
    trigger: {
      kind: "queue",
      types: ["metrics.received.v1", "anomaly.detected.v1", "anomaly.ended.v1"],
      batchSize: 10,
      batchWindowS: 0,
    },
    tables: { alerts: "readWrite", metrics: "read", anomalies: "read" },
    publishes: ["alert.fired.v1", "alert.severity-changed.v1", "alert.resolved.v1"],
    permissions: ["timestream:read"],
    memoryMb: 1024,
    timeoutS: 60,
    impact: "alerts stop firing",
  },
  {
    name: "alerts-tick",
    trigger: { kind: "schedule", everyMinutes: 1 },
    tables: { alerts: "readWrite", metrics: "read", tenancy: "read" },
    publishes: ["alert.fired.v1", "alert.severity-changed.v1", "alert.resolved.v1"],
    permissions: ["timestream:read"],
    memoryMb: 1024,
    timeoutS: 55,
    impact: "alerts on missing data stop firing and quiet alerts do not resolve",
  },
  {
    name: "alerts-api",
    trigger: {
      kind: "http",
      routes: [
        "GET /api/alert-rules",
        "POST /api/alert-rules",
        "POST /api/alert-rules/backtest",
        "GET /api/alert-rules/{id}",
        "PUT /api/alert-rules/{id}",
        "DELETE /api/alert-rules/{id}",
        "GET /api/alert-rules/{id}/decisions",
        "GET /api/alerts",
        "GET /api/alerts/{id}",
        "GET /api/alerts/{id}/decisions",
      ],
    },
    tables: { tenancy: "read", requests: "count", alerts: "readWrite", metrics: "read" },
    publishes: ["alert.resolved.v1", "audit.recorded.v1"],
    permissions: ["timestream:read"],
    memoryMb: 1769,
    timeoutS: 25,
    impact: "alert rules cannot be seen or changed",
  },
];

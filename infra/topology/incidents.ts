import type { FunctionRow } from "./row.ts";

export const incidents: FunctionRow[] = [
  {
    name: "incidents-correlate",
    trigger: {
      kind: "queue",
      types: ["alert.fired.v1", "alert.severity-changed.v1", "alert.resolved.v1"],
      batchSize: 10,
      batchWindowS: 0,
      maxConcurrency: 4,
    },
    tables: { incidents: "readWrite" },
    publishes: ["incident.opened.v1", "incident.updated.v1", "incident.state-changed.v1"],
    memoryMb: 512,
    timeoutS: 30,
    impact: "firing alerts open no incidents and nobody is told",
  },
  {
    name: "incidents-api",
    trigger: {
      kind: "http",
      routes: [
        "GET /api/incidents",
        "GET /api/incidents/{id}",
        "GET /api/incidents/{id}/timeline",
        "GET /api/incidents/{id}/alerts",
        "GET /api/incidents/{id}/guard",
        "POST /api/incidents/{id}/transitions",
        "POST /api/incidents/{id}/comments",
        "PATCH /api/incidents/{id}",
      ],
    },
    tables: {
      tenancy: "read",
      requests: "count",
      incidents: "readWrite",
      alerts: "read",
      metrics: "read",
      analysis: "read",
    },
    publishes: ["incident.updated.v1", "incident.state-changed.v1", "audit.recorded.v1"],
    permissions: ["timestream:read"],
    memoryMb: 512,
    timeoutS: 20,
    impact: "incidents cannot be seen or acknowledged",
  },
  {
    name: "incidents-note",
    trigger: { kind: "queue", types: ["analysis.completed.v1"], batchSize: 10, batchWindowS: 0 },
    tables: { incidents: "readWrite" },
    publishes: [],
    memoryMb: 256,
    timeoutS: 30,
    impact: "incidents do not show their likely cause on list and timeline",
  },
];

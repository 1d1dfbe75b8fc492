import type { FunctionRow } from "./row.ts";

/** A provider is on the public internet; the laptop runtime puts in what its settings allow. */
const outbound = { OUTBOUND_ALLOW: "" };

export const analysis: FunctionRow[] = [
  {
    name: "analysis-run",
    trigger: {
      kind: "queue",
      types: ["incident.opened.v1", "incident.updated.v1", "analysis.requested.v1"],
      // Of what changes an incident, only alerts that join or leave are a reason to look again.
      detail: { data: { change: ["alerts", { exists: false }] } },
      batchSize: 10,
      batchWindowS: 0,
      maxConcurrency: 5,
    },
    tables: {
      analysis: "readWrite",
      incidents: "read",
      alerts: "read",
      metrics: "read",
      services: "read",
      deployments: "read",
      anomalies: "read",
    },
    publishes: ["analysis.completed.v1"],
    permissions: ["timestream:read", "queue:delay-own"],
    memoryMb: 1769,
    timeoutS: 120,
    impact: "incidents open without their likely causes",
  },
  {
    name: "analysis-explain",
    trigger: {
      kind: "queue",
      types: ["analysis.completed.v1", "anomaly.detected.v1"],
      // Causes that wait for words, and anomalies that may wake people; each has only one of the two.
      detail: { data: { status: ["ranked", { exists: false }], mode: ["paging", { exists: false }] } },
      batchSize: 1,
      batchWindowS: 0,
      maxConcurrency: 5,
    },
    tables: { tenancy: "read", analysis: "readWrite" },
    publishes: ["analysis.completed.v1", "anomaly.triaged.v1"],
    permissions: ["secret:ai"],
    env: outbound,
    memoryMb: 512,
    timeoutS: 60,
    impact: "causes are ranked and anomalies found, but no model puts them in words",
  },
  {
    name: "analysis-api",
    trigger: {
      kind: "http",
      routes: [
        "GET /api/incidents/{id}/analysis",
        "GET /api/incidents/{id}/analyses",
        "POST /api/incidents/{id}/analyses",
        "GET /api/incidents/{id}/analyses/{analysisId}",
        "POST /api/incidents/{id}/analyses/{analysisId}/feedback",
        "POST /api/incidents/{id}/questions",
        "GET /api/incidents/{id}/post-mortem",
        "PUT /api/incidents/{id}/post-mortem",
        "GET /api/ai/usage",
      ],
    },
    tables: {
      tenancy: "read",
      requests: "count",
      analysis: "readWrite",
      incidents: "read",
    },
    publishes: ["analysis.requested.v1", "audit.recorded.v1"],
    permissions: ["secret:ai"],
    env: outbound,
    memoryMb: 1024,
    timeoutS: 29,
    impact: "why an incident happened cannot be seen, judged or asked about",
  },
];

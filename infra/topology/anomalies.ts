import type { FunctionRow } from "./row.ts";

export const anomalies: FunctionRow[] = [
  {
    name: "anomalies-detect",
    // What a process remembers of its tenants spares it nearly every read, so few processes do it all.
    trigger: {
      kind: "queue",
      types: ["metrics.received.v1", "anomaly.triaged.v1"],
      batchSize: 10,
      batchWindowS: 0,
      maxConcurrency: 4,
    },
    tables: { anomalies: "readWrite" },
    publishes: ["anomaly.detected.v1", "anomaly.ended.v1"],
    permissions: ["models:read"],
    memoryMb: 1024,
    timeoutS: 60,
    impact: "what no threshold foresaw goes unnoticed",
  },
  {
    name: "anomalies-refit",
    trigger: { kind: "schedule", everyMinutes: 60 },
    tables: { anomalies: "readWrite", metrics: "read", tenancy: "read" },
    publishes: ["anomaly.ended.v1", "audit.recorded.v1"],
    permissions: ["timestream:read", "models:read", "models:write"],
    memoryMb: 1769,
    timeoutS: 600,
    impact: "new kinds of metrics stay in shadow and anomalies of silent series stay open",
  },
  {
    name: "anomalies-api",
    trigger: {
      kind: "http",
      routes: [
        "GET /api/anomalies",
        "GET /api/anomalies/bands",
        "GET /api/anomalies/vectors",
        "GET /api/anomalies/vectors/{service}",
        "GET /api/anomalies/{id}",
        "GET /api/anomalies/{id}/decisions",
        "POST /api/anomalies/{id}/acknowledge",
        "POST /api/anomalies/{id}/resolve",
        "POST /api/anomalies/{id}/dismiss",
        "GET /api/detectors",
        "GET /api/detectors/{id}",
        "POST /api/detectors/{id}/roll-back",
      ],
    },
    tables: { tenancy: "read", requests: "count", anomalies: "readWrite", metrics: "read" },
    publishes: ["anomaly.ended.v1", "audit.recorded.v1"],
    permissions: ["timestream:read", "models:read"],
    memoryMb: 1769,
    timeoutS: 25,
    impact: "anomalies cannot be seen or judged, and charts show no bands",
  },
];

import type { FunctionRow } from "./row.ts";

export const audit: FunctionRow[] = [
  {
    name: "audit-append",
    trigger: {
      kind: "queue",
      types: [
        "audit.recorded.v1",
        "incident.opened.v1",
        "incident.state-changed.v1",
        "notification.delivered.v1",
        "notification.failed.v1",
      ],
      batchSize: 10,
      batchWindowS: 0,
      maxConcurrency: 4,
    },
    tables: { audit: "append" },
    publishes: [],
    memoryMb: 512,
    timeoutS: 30,
    impact: "what people and the platform do is not put on record until it works again",
  },
  {
    name: "audit-api",
    trigger: {
      kind: "http",
      routes: ["GET /api/audit", "GET /api/audit/statistics", "GET /api/audit/export"],
    },
    tables: { tenancy: "read", requests: "count", audit: "read" },
    publishes: [],
    memoryMb: 1024,
    timeoutS: 25,
    impact: "the audit cannot be searched or exported",
  },
];

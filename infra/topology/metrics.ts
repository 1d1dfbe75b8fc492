import type { FunctionRow } from "./row.ts";

export const metrics: FunctionRow[] = [
  {
    name: "metrics-write",
    trigger: { kind: "queue", types: ["metrics.received.v1"], batchSize: 10, batchWindowS: 0 },
    tables: { metrics: "readWrite" },
    publishes: [],
    permissions: ["timestream:write"],
    memoryMb: 1024,
    timeoutS: 30,
    impact: "accepted points wait in the queue and charts stand still",
  },
  {
    name: "metrics-compact",
    trigger: { kind: "schedule", everyMinutes: 5 },
    tables: { metrics: "readWrite", tenancy: "read" },
    publishes: [],
    memoryMb: 1769,
    timeoutS: 300,
    impact: "long-range charts lag behind and storage grows",
  },
  {
    name: "metrics-api",
    trigger: {
      kind: "http",
      routes: [
        "GET /api/metrics",
        "GET /api/metrics/{name}/series",
        "GET /api/metrics/query",
        "GET /api/metrics/forecast",
        "GET /api/ingest/rate",
      ],
    },
    tables: { tenancy: "read", requests: "count", metrics: "read" },
    publishes: [],
    permissions: ["timestream:read"],
    memoryMb: 1769,
    timeoutS: 20,
    impact: "charts do not draw",
  },
];

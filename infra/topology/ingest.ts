import type { FunctionRow } from "./row.ts";

export const ingest: FunctionRow[] = [
  {
    name: "ingest-api",
    trigger: {
      kind: "http",
      gateway: "retryable",
      routes: ["POST /v1/metrics", "POST /api/ingest/metrics"],
    },
    tables: { tenancy: "read", requests: "count", metrics: "get" },
    publishes: ["metrics.received.v1"],
    memoryMb: 1769,
    timeoutS: 20,
    impact: "telemetry is refused; senders keep it and try again",
  },
];

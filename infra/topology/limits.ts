import type { FunctionRow } from "./row.ts";

export const limits: FunctionRow[] = [
  {
    name: "limits-api",
    trigger: { kind: "http", routes: ["GET /api/limits", "GET /api/limits/series"] },
    tables: {
      tenancy: "read",
      requests: "count",
      alerts: "read",
      notifications: "read",
      metrics: "read",
      analysis: "read",
    },
    publishes: [],
    permissions: ["timestream:read"],
    memoryMb: 1024,
    timeoutS: 20,
    impact: "limits, and what is left of them, cannot be seen",
  },
];

import type { FunctionRow } from "./row.ts";

export const deployments: FunctionRow[] = [
  {
    name: "deployments-api",
    trigger: {
      kind: "http",
      routes: ["POST /api/deployments", "GET /api/deployments", "GET /api/deployments/{id}"],
    },
    tables: { tenancy: "read", requests: "count", deployments: "readWrite" },
    publishes: ["deployment.recorded.v1", "audit.recorded.v1"],
    memoryMb: 256,
    timeoutS: 20,
    impact: "pipelines cannot tell of deployments, and causes are ranked without them",
  },
];

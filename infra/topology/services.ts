import type { FunctionRow } from "./row.ts";

export const services: FunctionRow[] = [
  {
    name: "services-api",
    trigger: {
      kind: "http",
      routes: [
        "GET /api/services",
        "GET /api/services/graph",
        "GET /api/services/{name}",
        "PUT /api/services/{name}",
        "DELETE /api/services/{name}",
      ],
    },
    tables: { tenancy: "read", requests: "count", services: "readWrite", incidents: "read" },
    publishes: ["audit.recorded.v1"],
    memoryMb: 512,
    timeoutS: 20,
    impact: "the services, their owners and who calls whom cannot be seen or changed",
  },
  {
    name: "services-learn",
    trigger: { kind: "schedule", everyMinutes: 5 },
    tables: { tenancy: "read", metrics: "read", services: "readWrite" },
    publishes: [],
    memoryMb: 512,
    timeoutS: 240,
    impact: "new services and calls do not show up on the service graph",
  },
];

import type { FunctionRow } from "./row.ts";

export const tenancy: FunctionRow[] = [
  {
    name: "tenancy-session",
    trigger: { kind: "http", routes: ["GET /session/start", "GET /api/session", "POST /api/session/end"] },
    tables: { tenancy: "readWrite", requests: "count" },
    publishes: [],
    memoryMb: 256,
    timeoutS: 10,
    impact: "nobody can sign in",
  },
  {
    name: "tenancy-keys",
    trigger: {
      kind: "http",
      routes: [
        "GET /api/keys",
        "POST /api/keys",
        "GET /api/keys/{id}",
        "POST /api/keys/{id}/rotate",
        "DELETE /api/keys/{id}",
      ],
    },
    tables: { tenancy: "readWrite", requests: "count" },
    publishes: ["audit.recorded.v1"],
    memoryMb: 512,
    timeoutS: 15,
    impact: "no API key can be made, rotated or revoked",
  },
];

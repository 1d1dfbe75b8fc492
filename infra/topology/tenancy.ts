import type { FunctionRow } from "./row.ts";

export const tenancy: FunctionRow[] = [
  {
    name: "tenancy-session",
    trigger: { kind: "http", routes: ["GET /session/start", "GET /api/session", "POST /api/session/end"] },
    tables: { tenancy: "readWrite" },
    publishes: [],
    memoryMb: 256,
    timeoutS: 10,
    impact: "nobody can sign in",
  },
];

import type { FunctionRow } from "./row.ts";

export const realtime: FunctionRow[] = [
  {
    name: "realtime-connect",
    trigger: { kind: "websocket", routes: ["$connect", "$disconnect", "$default"] },
    tables: { tenancy: "read", realtime: "readWrite" },
    publishes: [],
    permissions: ["websocket:send"],
    memoryMb: 256,
    timeoutS: 10,
    impact: "open dashboards stop updating by themselves",
  },
  {
    name: "realtime-push",
    trigger: {
      kind: "queue",
      types: [
        "alert.fired.v1",
        "alert.severity-changed.v1",
        "alert.resolved.v1",
        "incident.opened.v1",
        "incident.updated.v1",
        "incident.state-changed.v1",
        "analysis.completed.v1",
        "member.role-changed.v1",
        "member.removed.v1",
        "session.ended.v1",
        "connection.expired.v1",
        "anomaly.detected.v1",
        "anomaly.ended.v1",
        "audit.recorded.v1",
      ],
      // Of all that is on record, only what ends a key concerns who listens.
      detail: { data: { action: ["api-key.revoked", "api-key.rotated", { exists: false }] } },
      batchSize: 10,
      batchWindowS: 0,
    },
    tables: { realtime: "readWrite" },
    publishes: [],
    permissions: ["websocket:send"],
    memoryMb: 512,
    timeoutS: 30,
    impact: "open dashboards stop updating by themselves",
  },
];

import type { FunctionRow } from "./row.ts";

/** Nothing private may be reached; the laptop runtime puts in what its settings allow. */
const outbound = { OUTBOUND_ALLOW: "" };

export const notifications: FunctionRow[] = [
  {
    name: "notifications-dispatch",
    trigger: {
      kind: "queue",
      types: ["incident.opened.v1", "incident.updated.v1", "incident.state-changed.v1"],
      batchSize: 10,
      batchWindowS: 0,
    },
    tables: { notifications: "readWrite" },
    publishes: ["notification.requested.v1"],
    memoryMb: 512,
    timeoutS: 30,
    impact: "incidents open but nobody is told",
  },
  {
    name: "notifications-deliver",
    trigger: {
      kind: "queue",
      types: ["notification.requested.v1"],
      batchSize: 1,
      batchWindowS: 0,
      maxConcurrency: 50,
    },
    tables: { tenancy: "read", notifications: "readWrite" },
    publishes: ["notification.delivered.v1", "notification.failed.v1", "audit.recorded.v1"],
    permissions: ["sns:publish", "queue:delay-own"],
    maxAtOnce: 50,
    env: outbound,
    memoryMb: 512,
    timeoutS: 30,
    impact: "messages to e-mail, SMS, Slack and webhooks are not sent",
  },
  {
    name: "notifications-api",
    trigger: {
      kind: "http",
      routes: [
        "GET /api/channels",
        "POST /api/channels",
        "GET /api/channels/{id}",
        "PUT /api/channels/{id}",
        "DELETE /api/channels/{id}",
        "POST /api/channels/{id}/test",
        "GET /api/notification-routes",
        "POST /api/notification-routes",
        "PUT /api/notification-routes/{id}",
        "DELETE /api/notification-routes/{id}",
        "GET /api/deliveries",
        "GET /api/deliveries/{id}",
      ],
    },
    tables: { tenancy: "read", requests: "count", notifications: "readWrite" },
    publishes: ["notification.requested.v1", "audit.recorded.v1"],
    permissions: ["sns:subscribe"],
    maxAtOnce: 20,
    env: outbound,
    memoryMb: 512,
    timeoutS: 20,
    impact: "channels and routes cannot be seen or changed",
  },
];

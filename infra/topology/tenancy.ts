import type { FunctionRow } from "./row.ts";

export const tenancy: FunctionRow[] = [
  {
    name: "tenancy-session",
    trigger: {
      kind: "http",
      routes: [
        "GET /session/start",
        "GET /session/sign-in",
        "GET /session/callback",
        "POST /session/refresh",
        "GET /api/session",
        "POST /api/session/switch",
        "POST /api/session/end",
        "POST /api/session/end-all",
        "GET /api/sessions",
        "DELETE /api/sessions/{id}",
      ],
    },
    tables: { tenancy: "readWrite" },
    publishes: ["member.joined.v1", "session.ended.v1"],
    permissions: ["sign-in:secret"],
    memoryMb: 256,
    timeoutS: 20,
    impact: "nobody can sign in",
  },
  {
    name: "tenancy-people",
    trigger: {
      kind: "http",
      routes: [
        "GET /api/tenant",
        "PATCH /api/tenant",
        "GET /api/projects",
        "POST /api/projects",
        "PATCH /api/projects/{id}",
        "GET /api/members",
        "PATCH /api/members/{id}",
        "DELETE /api/members/{id}",
        "GET /api/invitations",
        "POST /api/invitations",
        "DELETE /api/invitations/{id}",
      ],
    },
    tables: { tenancy: "readWrite" },
    publishes: ["member.invited.v1", "member.role-changed.v1", "member.removed.v1"],
    permissions: ["sign-in:invite"],
    memoryMb: 256,
    timeoutS: 10,
    impact: "nobody can be invited, and no role can be changed",
  },
];

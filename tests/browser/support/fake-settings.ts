import { z } from "zod";
import { AuditList, AuditStatistics } from "../../../shared/audit/schemas.ts";
import {
  type ApiKey,
  ApiKeyInput,
  ApiKeyList,
  RotateKeyInput,
  ShownOnceKey,
} from "../../../shared/keys/schemas.ts";
import { Cardinality, Limits } from "../../../shared/limits/schemas.ts";
import {
  type Invitation,
  InvitationInput,
  InvitationList,
  InvitationMade,
  Member,
  MemberChange,
  MemberList,
  OwnSessionList,
  Project,
  ProjectInput,
  ProjectList,
} from "../../../shared/tenancy/schemas.ts";
import { type FakeRoute, find, page, paged, read } from "./fake-route.ts";
import { type FakeWorld, iso } from "./fake-world.ts";

const dayMs = 864e5;
const admin = { kind: "person", id: "per_admin", name: "Administrator" } as const;

/** The people, keys and acts of the shop. */
export function settleShop(world: FakeWorld, nowMs: number): void {
  world.people.push(
    person("per_admin", "Administrator", "owner", nowMs - 90 * dayMs),
    { ...person("per_shop", "On call, shop", "responder", nowMs - 40 * dayMs), projects: ["default"] },
    person("per_view", "Looks only", "viewer", nowMs - 3 * dayMs),
  );
  world.projects.push(
    { projectId: "default", name: "Shop", createdAt: iso(nowMs - 90 * dayMs) },
    { projectId: "warehouse", name: "Warehouse", createdAt: iso(nowMs - 12 * dayMs) },
  );
  world.invitations.push({
    invitationId: "inv_1",
    email: "new@example.com",
    role: "admin",
    projects: null,
    state: "open",
    invitedBy: admin,
    createdAt: iso(nowMs - dayMs),
    expiresAt: iso(nowMs + 6 * dayMs),
  });
  world.keys.push(
    aKey({ id: "key_collector", name: "collector in eu-1", lastUsedAt: iso(nowMs - 60_000) }, nowMs),
    aKey(
      {
        id: "key_pipeline",
        name: "deploy pipeline",
        scopes: ["ingest", "read"],
        state: "retiring",
        expiresAt: iso(nowMs + dayMs),
      },
      nowMs,
    ),
    aKey({ id: "key_old", name: "old script", state: "revoked", revokedAt: iso(nowMs - 9 * dayMs) }, nowMs),
  );
  world.audit.push(
    {
      seq: 2,
      at: iso(nowMs - 3_600_000),
      recordedAt: iso(nowMs - 3_599_000),
      actor: admin,
      action: "alert-rule.updated",
      resource: { type: "alert-rule", id: "rul_latency", name: "Slow requests" },
      before: { thresholds: { critical: 2 } },
      after: { thresholds: { critical: 1.5 } },
      why: "Too late last time.",
      from: {
        ip: "127.0.0.1",
        userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
        requestId: "req_1",
      },
      eventId: "evt_2",
      causationId: null,
      traceId: "trc_2",
      prevHash: "a".repeat(64),
      hash: "b".repeat(64),
    },
    {
      seq: 1,
      at: iso(nowMs - 7_200_000),
      recordedAt: iso(nowMs - 7_199_000),
      actor: { kind: "system", id: "incidents-correlate" },
      action: "incident.opened",
      resource: { type: "incident", id: "inc_payments", name: "Slow requests: payments" },
      before: null,
      after: { severity: "critical" },
      why: "An alert fired and no open incident was like it.",
      from: null,
      eventId: "evt_1",
      causationId: "evt_0",
      traceId: "trc_1",
      prevHash: "0".repeat(64),
      hash: "a".repeat(64),
    },
  );
}

const person = (personId: string, name: string, role: Member["role"], joinedMs: number): Member => ({
  personId,
  email: `${personId}@example.com`,
  name,
  role,
  projects: null,
  joinedAt: iso(joinedMs),
});

function aKey(over: Partial<ApiKey>, nowMs: number): ApiKey {
  return {
    id: "key_1",
    name: "a key",
    prefix: `so_live_${over.id?.slice(4, 12) ?? "abc"}_`,
    scopes: ["ingest"],
    projectId: null,
    state: "active",
    createdAt: iso(nowMs - 30 * dayMs),
    createdBy: admin,
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
    replacedBy: null,
    ...over,
  };
}

export const fakeSettingsRoutes: FakeRoute[] = [
  {
    key: "GET /api/members",
    answers: MemberList,
    serve: ({ world }, { query }) => paged(world.people, query),
  },
  {
    key: "PATCH /api/members/*",
    answers: Member,
    serve: ({ world }, { params, body }) => {
      const member = world.people.find(({ personId }) => personId === params[0]);
      return Object.assign({ ...member }, read(MemberChange, body));
    },
  },
  {
    key: "DELETE /api/members/*",
    answers: z.undefined(),
    serve: ({ world }, { params }) => {
      world.people = world.people.filter(({ personId }) => personId !== params[0]);
    },
  },
  {
    key: "GET /api/invitations",
    answers: InvitationList,
    serve: ({ world }, { query }) => paged(world.invitations, query),
  },
  {
    key: "POST /api/invitations",
    answers: InvitationMade,
    serve: (api, { body }) => {
      const now = Date.now();
      const invitation: Invitation = {
        ...read(InvitationInput, body),
        invitationId: `inv_${api.world.invitations.length + 1}`,
        state: "open",
        invitedBy: admin,
        createdAt: iso(now),
        expiresAt: iso(now + 7 * dayMs),
      };
      api.world.invitations.unshift(invitation);
      return { invitation, url: `${api.url}/session/sign-in?invitation=made-up`, mailed: false };
    },
  },
  {
    key: "DELETE /api/invitations/*",
    answers: z.undefined(),
    serve: ({ world }, { params }) => {
      for (const one of world.invitations) if (one.invitationId === params[0]) one.state = "withdrawn";
    },
  },
  {
    key: "GET /api/projects",
    answers: ProjectList,
    serve: ({ world, projects }) =>
      page(world.projects.filter(({ projectId }) => projects?.includes(projectId) ?? true)),
  },
  {
    key: "POST /api/projects",
    answers: Project,
    serve: ({ world }, { body }) => {
      const project = { ...read(ProjectInput, body), createdAt: iso(Date.now()) };
      world.projects.push(project);
      return project;
    },
  },
  { key: "GET /api/keys", answers: ApiKeyList, serve: ({ world }, { query }) => paged(world.keys, query) },
  {
    key: "POST /api/keys",
    answers: ShownOnceKey,
    serve: ({ world }, { body }) => {
      const { name, scopes, projectId } = read(ApiKeyInput, body);
      const key = aKey({ id: `key_${world.keys.length}`, name, scopes, projectId }, Date.now());
      world.keys.unshift(key);
      return { key, text: `${key.prefix}made-up` };
    },
  },
  {
    key: "POST /api/keys/*/rotate",
    answers: ShownOnceKey,
    serve: ({ world }, { params, body }) => {
      const old = find(world.keys, params[0], "key");
      const { overlapHours } = read(RotateKeyInput, body);
      const key = aKey({ id: `key_${world.keys.length}`, name: old.name, scopes: old.scopes }, Date.now());
      const expiresAt = iso(Date.now() + overlapHours * 36e5);
      Object.assign(old, { state: "retiring", replacedBy: key.id, expiresAt });
      world.keys.unshift(key);
      return { key, text: `${key.prefix}made-up` };
    },
  },
  {
    key: "DELETE /api/keys/*",
    answers: z.undefined(),
    serve: ({ world }, { params }) => {
      Object.assign(find(world.keys, params[0], "key"), { state: "revoked", revokedAt: iso(Date.now()) });
    },
  },
  {
    key: "GET /api/limits",
    answers: Limits,
    serve: ({ world }) => ({
      buckets: [
        {
          routeClass: "api",
          owner: "person",
          ownerId: "per_admin",
          unit: "requests",
          perMinute: 600,
          remaining: 512,
        },
        {
          routeClass: "ai",
          owner: "person",
          ownerId: "per_admin",
          unit: "requests",
          perMinute: 10,
          remaining: 10,
        },
        {
          routeClass: "ingest",
          owner: "tenant",
          ownerId: null,
          unit: "bytes",
          perMinute: 6e8,
          remaining: 5.7e8,
        },
      ],
      quotas: [
        { name: "alert-rules", limit: 500, used: world.rules.length, resetsAt: null },
        { name: "series", limit: 50_000, used: 48_211, resetsAt: null },
        { name: "ai-tokens-per-day", limit: 200_000, used: 31_400, resetsAt: iso(Date.now() + 36e5) },
      ],
    }),
  },
  {
    key: "GET /api/limits/series",
    answers: Cardinality,
    serve: (api) => ({
      series: 48_211,
      limit: 50_000,
      complete: true,
      metrics: api.metrics.slice(0, 6).map(({ name, series }, index) => ({
        metric: name,
        series: Math.round(40_000 / (index + 1) ** 2),
        labels: Object.entries(series[0] ?? {}).map(([label, value]) => ({
          label,
          values: 12 - index,
          examples: [value],
        })),
      })),
    }),
  },
  {
    key: "GET /api/audit",
    answers: AuditList,
    serve: ({ world }, { query }) =>
      paged(
        world.audit.filter(({ action }) => [null, "", action].includes(query.get("action"))),
        query,
      ),
  },
  {
    key: "GET /api/audit/statistics",
    answers: AuditStatistics,
    serve: ({ world }) => ({
      from: iso(Date.now() - 30 * dayMs),
      to: iso(Date.now()),
      entries: world.audit.length,
      complete: true,
      perDay: Array.from({ length: 30 }, (_, index) => ({
        day: iso(Date.now() - (29 - index) * dayMs).slice(0, 10),
        count: (index * 7) % 11,
      })),
      byAction: [...new Set(world.audit.map(({ action }) => action))].map((name) => ({ name, count: 1 })),
      byResourceType: [{ name: "incident", count: 1 }],
      byActor: world.audit.map(({ actor }) => ({ actor, count: 1 })),
    }),
  },
  {
    key: "GET /api/sessions",
    answers: OwnSessionList,
    serve: () =>
      page(
        ["Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0", "Mozilla/5.0 (iPhone; CPU) Safari/605.1"].map(
          (userAgent, index) => ({
            sessionId: `ses_${index}`,
            current: index === 0,
            signedInAt: iso(Date.now() - (index + 1) * 36e5),
            lastSeenAt: iso(Date.now() - index * 18e5),
            expiresAt: iso(Date.now() + 6 * dayMs),
            userAgent,
            address: index === 0 ? "127.0.0.1" : "203.0.113.7",
          }),
        ),
      ),
  },
  { key: "DELETE /api/sessions/*", answers: z.undefined(), serve: () => undefined },
  {
    key: "GET /api/openapi.json",
    answers: z.unknown(),
    serve: () => ({
      openapi: "3.1.0",
      paths: {
        "/api/incidents": {
          get: {
            summary: "Incidents, newest first",
            description: "Needs the level `read`.",
            responses: { 200: { description: "Incidents" } },
          },
        },
        "/v1/metrics": {
          post: {
            summary: "OTLP metrics",
            description: "Needs the level `ingest`.",
            requestBody: {},
            responses: {},
          },
        },
      },
    }),
  },
];

import { z } from "zod";
import {
  Alert,
  AlertDecisionList,
  AlertList,
  AlertRule,
  AlertRuleInput,
  AlertRuleList,
  BacktestInput,
  BacktestResult,
} from "../../../shared/alerts/schemas.ts";
import {
  CommentInput,
  Incident,
  IncidentAlertList,
  IncidentList,
  IncidentPatch,
  Timeline,
  TransitionInput,
} from "../../../shared/incidents/schemas.ts";
import {
  IngestRate,
  MetricList,
  MetricQuery,
  MetricQueryResult,
  SeriesList,
} from "../../../shared/metrics/schemas.ts";
import {
  Channel,
  ChannelInput,
  ChannelList,
  ChannelUpdate,
  CreatedChannel,
  Delivery,
  DeliveryList,
  Inbox,
  NotificationRoute,
  RouteInput,
  RouteList,
} from "../../../shared/notifications/schemas.ts";
import { roleLevels, Session } from "../../../shared/tenancy/schemas.ts";
import { fakeAnalysisRoutes } from "./fake-analysis.ts";
import { fakeAnomalyRoutes } from "./fake-anomalies.ts";
import { backtestFake } from "./fake-backtest.ts";
import { fakeForecastRoutes } from "./fake-forecast.ts";
import { fakeModelRoutes } from "./fake-models.ts";
import { FakeProblem, type FakeRoute, find, page, paged, read } from "./fake-route.ts";
import { noise, queryFake } from "./fake-series.ts";
import { fakeSettingsRoutes } from "./fake-settings.ts";
import { iso } from "./fake-world.ts";

export const fakeRoutes: FakeRoute[] = [
  {
    key: "GET /api/session",
    answers: Session,
    serve: (api) => ({
      tenantId: "ten_demo",
      tenantName: api.tenantName,
      actor: { kind: "person", id: "per_admin", name: "Administrator" },
      scopes: [...roleLevels[api.role]],
      role: api.role,
      projects: api.projects,
      project: null,
      tenants: [api.tenantName, ...api.otherTenantNames].map((name, n) => ({
        tenantId: n === 0 ? "ten_demo" : `ten_other_${n}`,
        name,
        role: "owner" as const,
      })),
      realtimeUrl: `ws://127.0.0.1:${api.port}/ws`,
      local: true,
      expiresAt: iso(Date.now() + 864e5),
    }),
  },
  {
    key: "GET /api/metrics",
    answers: MetricList,
    serve: (api, { query }) =>
      paged(
        api.metrics.map(({ name, type, unit, monotonic, series }) => ({
          name,
          type,
          unit,
          monotonic,
          seriesCount: series.length,
          lastSeenAt: iso(Date.now()),
        })),
        query,
      ),
  },
  {
    key: "GET /api/metrics/query",
    answers: MetricQueryResult,
    serve: (api, { query }) => {
      const asked = MetricQuery.parse(Object.fromEntries(query));
      if (/[{,][^"]*$/.test(asked.match.replace(/\}$/, "")) && asked.match !== "{}") {
        throw new FakeProblem(
          400,
          `The matcher cannot be read at "${asked.match}"; write it like {host="a"}.`,
          "match",
        );
      }
      return queryFake(api.metric(asked.name), asked, Date.now());
    },
  },
  {
    key: "GET /api/metrics/*/series",
    answers: SeriesList,
    serve: (api, { params }) =>
      page(
        api.metric(params[0] ?? "").series.map((labels, index) => ({
          seriesId: index.toString(16).padStart(16, "0"),
          labels,
          lastSeenAt: iso(Date.now()),
        })),
      ),
  },
  {
    key: "GET /api/ingest/rate",
    answers: IngestRate,
    serve: (api) => ({
      pointsPerSecond: api.metrics.length === 0 ? 0 : 412.4,
      minutes: api.metrics.length === 0 ? [] : minutes(),
    }),
  },
  {
    key: "GET /api/alert-rules",
    answers: AlertRuleList,
    serve: ({ world }, { query }) => paged(world.rules, query),
  },
  {
    key: "POST /api/alert-rules",
    answers: AlertRule,
    serve: ({ world }, { body }) => {
      const now = iso(Date.now());
      const added = {
        id: `rul_${world.rules.length}`,
        version: 1,
        createdAt: now,
        updatedAt: now,
        updatedBy: "Administrator",
      };
      const rule = { ...read(AlertRuleInput, body), ...added };
      world.rules.unshift(rule);
      return rule;
    },
  },
  {
    key: "POST /api/alert-rules/backtest",
    answers: BacktestResult,
    serve: (api, { body }) => {
      const input = read(BacktestInput, body);
      return backtestFake(api.metric(input.rule.metric), input, api.world.anomalies);
    },
  },
  {
    key: "GET /api/alert-rules/*",
    answers: AlertRule,
    serve: ({ world }, { params }) => find(world.rules, params[0], "rule"),
  },
  {
    key: "PUT /api/alert-rules/*",
    answers: AlertRule,
    serve: ({ world }, { params, body }) =>
      Object.assign(find(world.rules, params[0], "rule"), read(AlertRuleInput, body)),
  },
  {
    key: "DELETE /api/alert-rules/*",
    answers: z.undefined(),
    serve: ({ world }, { params }) => {
      world.rules = world.rules.filter((rule) => rule.id !== params[0]);
    },
  },
  {
    key: "GET /api/alert-rules/*/decisions",
    answers: AlertDecisionList,
    serve: ({ world }) => page(world.decisions),
  },
  {
    key: "GET /api/alerts",
    answers: AlertList,
    serve: ({ world }, { query }) => {
      const [name = "", value = ""] = (query.get("label") ?? "").split("=");
      return paged(
        world.alerts.filter(
          (alert) =>
            (query.get("state") ?? alert.state) === alert.state &&
            (query.get("severity") ?? alert.severity) === alert.severity &&
            (query.get("ruleId") ?? alert.ruleId) === alert.ruleId &&
            (name === "" || alert.labels[name] === value),
        ),
        query,
      );
    },
  },
  {
    key: "GET /api/alerts/*",
    answers: Alert,
    serve: ({ world }, { params }) => find(world.alerts, params[0], "alert"),
  },
  {
    key: "GET /api/alerts/*/decisions",
    answers: AlertDecisionList,
    serve: ({ world }) => page(world.decisions),
  },
  {
    key: "GET /api/incidents",
    answers: IncidentList,
    serve: ({ world, pageSize }, { query }) => {
      const isOpen = (incident: Incident) => !["RESOLVED", "LEARNED"].includes(incident.state);
      const state = query.get("state");
      const matches = world.incidents.filter(
        (incident) =>
          (state === null || state === incident.state || state === (isOpen(incident) ? "open" : "closed")) &&
          (query.get("severity") ?? incident.severity) === incident.severity &&
          (query.get("service") ?? incident.service) === incident.service,
      );
      const stats = { open: world.incidents.filter(isOpen).length, mttaMs: 216_000, mttrMs: 2_460_000 };
      return { ...paged(matches, query, pageSize), stats };
    },
  },
  {
    key: "GET /api/incidents/*",
    answers: Incident,
    serve: ({ world }, { params }) => find(world.incidents, params[0], "incident"),
  },
  {
    key: "PATCH /api/incidents/*",
    answers: Incident,
    serve: (api, { params, body }) => {
      const incident = find(api.world.incidents, params[0], "incident");
      Object.assign(incident, read(IncidentPatch, body), { version: incident.version + 1 });
      api.tellIncident("incident.updated.v1", incident);
      return incident;
    },
  },
  {
    key: "POST /api/incidents/*/transitions",
    answers: Incident,
    serve: (api, { params, body }) => {
      const incident = find(api.world.incidents, params[0], "incident");
      const { to, note } = read(TransitionInput, body);
      const from = incident.state;
      const next = {
        ACKNOWLEDGED: ["INVESTIGATING", "MITIGATED", "RESOLVED"],
        RESOLVED: ["LEARNED", "INVESTIGATING"],
      };
      Object.assign(incident, {
        state: to,
        version: incident.version + 1,
        nextStates: next[to as keyof typeof next] ?? ["MITIGATED", "RESOLVED"],
        ...(to === "ACKNOWLEDGED" ? { acknowledgedAt: iso(Date.now()), timeToAcknowledgeMs: 2_100_000 } : {}),
        ...(to === "RESOLVED" ? { resolvedAt: iso(Date.now()), timeToResolveMs: 2_400_000 } : {}),
      });
      api.log(incident.id, "state", note ?? `Moved from ${from} to ${to}.`);
      api.tellIncident("incident.state-changed.v1", incident);
      return incident;
    },
  },
  {
    key: "POST /api/incidents/*/comments",
    answers: z.unknown(),
    serve: (api, { params, body }) => api.log(params[0] ?? "", "comment", read(CommentInput, body).text),
  },
  {
    key: "GET /api/incidents/*/timeline",
    answers: Timeline,
    serve: ({ world }, { params }) => page(world.timelines.get(params[0] ?? "") ?? []),
  },
  {
    key: "GET /api/incidents/*/alerts",
    answers: IncidentAlertList,
    serve: ({ world }, { params }) => page(world.members.get(params[0] ?? "") ?? []),
  },
  {
    key: "GET /api/channels",
    answers: ChannelList,
    serve: ({ world }, { query }) => paged(world.channels, query),
  },
  {
    key: "POST /api/channels",
    answers: CreatedChannel,
    serve: ({ world }, { body }) => {
      const { kind, name, enabled, project = null } = read(ChannelInput, body);
      const now = iso(Date.now());
      const target = kind === "webhook" ? "hooks.example.com/***" : "***";
      const id = `chn_${world.channels.length}`;
      const channel: Channel = {
        id,
        version: 1,
        kind,
        name,
        enabled,
        project,
        target,
        status: "untested",
        statusReason: null,
        createdAt: now,
        updatedAt: now,
      };
      world.channels.push(channel);
      return kind === "webhook" ? { ...channel, secret: `whsec_${"c2VudGluZWxvcHM".repeat(3)}` } : channel;
    },
  },
  {
    key: "PUT /api/channels/*",
    answers: Channel,
    serve: ({ world }, { params, body }) => {
      const channel = find(world.channels, params[0], "channel");
      const { name, enabled, project = channel.project } = read(ChannelUpdate, body);
      return Object.assign(channel, { name, enabled, project });
    },
  },
  {
    key: "DELETE /api/channels/*",
    answers: z.undefined(),
    serve: ({ world }, { params }) => {
      world.channels = world.channels.filter((channel) => channel.id !== params[0]);
    },
  },
  {
    key: "POST /api/channels/*/test",
    answers: Delivery,
    serve: (api, { params }) => api.sendTest(find(api.world.channels, params[0], "channel")),
  },
  {
    key: "GET /api/notification-routes",
    answers: RouteList,
    serve: ({ world }, { query }) => paged(world.routes, query),
  },
  {
    key: "POST /api/notification-routes",
    answers: NotificationRoute,
    serve: ({ world }, { body }) => {
      const now = iso(Date.now());
      const { project = null, ...input } = read(RouteInput, body);
      const route = {
        ...input,
        project,
        id: `rte_${world.routes.length}`,
        version: 1,
        createdAt: now,
        updatedAt: now,
      };
      world.routes.push(route);
      return route;
    },
  },
  {
    key: "GET /api/deliveries",
    answers: DeliveryList,
    serve: ({ world }, { query }) => paged(world.deliveries, query),
  },
  {
    key: "GET /api/deliveries/*",
    answers: Delivery,
    serve: ({ world }, { params }) => find(world.deliveries, params[0], "delivery"),
  },
  {
    key: "GET /local/inbox",
    answers: Inbox,
    serve: () => ({
      items: [
        {
          id: "msg_1",
          at: iso(Date.now() - 240_000),
          protocol: "email",
          to: "platform@example.com",
          subject: "[critical] Slow requests: payments",
          text: "p95 of payments is at 2.16 s, above 1.5 s for 35 min.\n\nhttp://127.0.0.1:4400/incidents/inc_payments",
        },
        {
          id: "msg_2",
          at: iso(Date.now() - 300_000),
          protocol: "sms",
          to: "+14155550123",
          subject: null,
          text: "SentinelOps critical: Slow requests: payments",
        },
      ],
    }),
  },
  ...fakeAnomalyRoutes,
  ...fakeAnalysisRoutes,
  ...fakeSettingsRoutes,
  ...fakeForecastRoutes,
  ...fakeModelRoutes,
];

function minutes() {
  const thisMinute = Math.floor(Date.now() / 60_000) * 60_000;
  return Array.from({ length: 60 }, (_, index) => {
    const atMs = thisMinute - (59 - index) * 60_000;
    return { atMs, points: Math.round(24_600 + 1_500 * noise("rate", atMs) + (index > 40 ? 2_200 : 0)) };
  });
}

import type { AlertDecision } from "../../../shared/alerts/schemas.ts";
import type { Incident, TimelineEntry } from "../../../shared/incidents/schemas.ts";
import type { Delivery } from "../../../shared/notifications/schemas.ts";
import { shopAnalysis, shopDeployments, shopServices } from "./fake-analysis.ts";
import { shopAnomalies } from "./fake-anomalies.ts";
import { failingForMs } from "./fake-metrics.ts";
import { foresightRules } from "./fake-rules.ts";
import { settleShop } from "./fake-settings.ts";
import { anAlert, anIncident, aRule, emptyWorld, type FakeWorld, iso } from "./fake-world.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const system = { kind: "system", id: "sentinelops" } as const;
const ada = { kind: "person", id: "per_ada", name: "Administrator" } as const;

/** A shop whose payments provider fails: two incidents open, a week of closed ones, all four kinds of channel. */
export function shopWorld(nowMs: number): FakeWorld {
  const world = emptyWorld();
  const startedMs = nowMs - failingForMs + 3 * minuteMs;
  world.rules.push(
    aRule({}, nowMs),
    aRule(
      {
        id: "rul_errors",
        name: "Payment errors",
        metric: "shop.payments.errors",
        aggregate: "rate",
        match: "{}",
        thresholds: { critical: 5 },
        groupBy: ["method"],
        forMs: 60_000,
      },
      nowMs,
    ),
    aRule(
      {
        id: "rul_cpu",
        name: "CPU above 90 %",
        metric: "system.cpu.utilization",
        match: '{system.cpu.state="user"}',
        aggregate: "avg",
        thresholds: { info: 0.6, warning: 0.9 },
        groupBy: [],
        forMs: 180_000,
        labels: {},
      },
      nowMs,
    ),
    aRule(
      {
        id: "rul_queue",
        name: "Queue backs up",
        metric: "messaging.queue.depth",
        aggregate: "max",
        match: "{}",
        thresholds: { warning: 120 },
        groupBy: ["queue"],
        enabled: false,
      },
      nowMs,
    ),
  );
  world.rules.push(...foresightRules(nowMs));
  world.anomalies.push(...shopAnomalies(nowMs));
  settleShop(world, nowMs);
  world.analyses.set("inc_payments", shopAnalysis(nowMs));
  world.services.push(...shopServices(nowMs));
  world.deployments.push(...shopDeployments(nowMs));
  world.alerts.push(
    anAlert({}, nowMs),
    anAlert(
      {
        labels: { "service.name": "checkout", team: "shop", env: "prod" },
        severity: "warning",
        value: 1.31,
        threshold: 0.8,
        startedAt: iso(startedMs + 2 * minuteMs),
        reason: "p95 1.31 s has been above 0.8 s for 33 min.",
      },
      nowMs,
    ),
    anAlert(
      {
        id: "alt_queue",
        ruleId: "rul_queue",
        ruleName: "Queue backs up",
        metric: "messaging.queue.depth",
        labels: { queue: "thumbnails" },
        severity: "info",
        value: 131,
        threshold: 120,
        unit: "{message}",
        startedAt: iso(nowMs - 4 * minuteMs),
        reason: "131 messages has been above 120 for 4 min.",
      },
      nowMs,
    ),
    anAlert(
      {
        id: "alt_wallet",
        ruleId: "rul_errors",
        ruleName: "Payment errors",
        metric: "shop.payments.errors",
        labels: { method: "wallet" },
        state: "pending",
        value: 5.2,
        threshold: 5,
        unit: "{error}/s",
        startedAt: null,
        pendingSince: iso(nowMs - 22_000),
        reason: "rate 5.2/s is above 5/s; it fires after 1 min.",
      },
      nowMs,
    ),
    anAlert(
      {
        id: "alt_search",
        labels: { "service.name": "search", env: "prod" },
        state: "resolved",
        severity: "warning",
        value: 0.32,
        threshold: 0.8,
        startedAt: iso(nowMs - 7 * hourMs),
        resolvedAt: iso(nowMs - 6.4 * hourMs),
        reason: "p95 0.32 s is back below 0.8 s.",
      },
      nowMs,
    ),
  );
  world.decisions.push(...decisionsOf(nowMs, startedMs));
  world.incidents.push(...incidentsOf(nowMs));
  world.timelines.set("inc_payments", timelineOf(startedMs).toReversed());
  world.members.set(
    "inc_payments",
    world.alerts.slice(0, 2).map((alert) => ({
      alertId: alert.id,
      ruleId: alert.ruleId,
      ruleName: alert.ruleName,
      severity: alert.severity,
      labels: alert.labels,
      firing: true,
      value: alert.value,
      threshold: alert.threshold,
      unit: alert.unit,
      startedAt: alert.startedAt ?? iso(startedMs),
      resolvedAt: null,
      reason: alert.reason,
    })),
  );
  const channel = {
    version: 1,
    enabled: true,
    project: null,
    status: "working",
    statusReason: null,
    createdAt: iso(nowMs - 9 * 24 * hourMs),
    updatedAt: iso(nowMs - hourMs),
  } as const;
  world.channels.push(
    {
      ...channel,
      id: "chn_slack",
      kind: "slack",
      name: "#oncall",
      target: "hooks.slack.com/services/T0…/***",
    },
    {
      ...channel,
      id: "chn_hook",
      kind: "webhook",
      name: "Status page",
      target: "status.example.com/hooks/***",
    },
    {
      ...channel,
      id: "chn_mail",
      kind: "email",
      name: "Platform team",
      target: "pl***@example.com",
      status: "untested",
    },
    {
      ...channel,
      id: "chn_sms",
      kind: "sms",
      name: "Night phone",
      target: "+1415***0123",
      status: "broken",
      statusReason: "SNS refused the number: it has opted out. Text START from that phone, then send a test.",
    },
  );
  const route = {
    version: 1,
    enabled: true,
    project: null,
    groupBy: [],
    groupWindowMs: 0,
    notifyOnResolve: true,
    createdAt: iso(nowMs - 9 * 24 * hourMs),
    updatedAt: iso(nowMs - hourMs),
  };
  world.routes.push(
    {
      ...route,
      id: "rte_all",
      name: "All incidents",
      match: "{}",
      minSeverity: "info",
      channelIds: ["chn_slack"],
    },
    {
      ...route,
      id: "rte_shop",
      name: "Shop, at night",
      match: '{team="shop"}',
      minSeverity: "critical",
      channelIds: ["chn_sms", "chn_hook"],
      groupBy: ["service"],
      groupWindowMs: 300_000,
    },
  );
  world.deliveries.push(...deliveriesOf(nowMs, startedMs));
  return world;
}

function incidentsOf(nowMs: number): Incident[] {
  const closed = (
    id: string,
    title: string,
    severity: Incident["severity"],
    service: string,
    agoH: number,
    tookMin: number,
  ) =>
    anIncident(
      {
        id,
        title,
        severity,
        service,
        state: "RESOLVED",
        assignee: "Administrator",
        firingCount: 0,
        alertCount: 1,
        openedAt: iso(nowMs - agoH * hourMs),
        acknowledgedAt: iso(nowMs - agoH * hourMs + 4 * minuteMs),
        resolvedAt: iso(nowMs - agoH * hourMs + tookMin * minuteMs),
        timeToAcknowledgeMs: 4 * minuteMs,
        timeToResolveMs: tookMin * minuteMs,
        nextStates: ["LEARNED", "INVESTIGATING"],
      },
      nowMs,
    );
  return [
    anIncident({}, nowMs),
    anIncident(
      {
        id: "inc_queue",
        title: "Queue backs up: thumbnails",
        severity: "info",
        service: null,
        state: "ACKNOWLEDGED",
        assignee: "Administrator",
        alertCount: 1,
        firingCount: 1,
        openedAt: iso(nowMs - 4 * minuteMs),
        acknowledgedAt: iso(nowMs - 2 * minuteMs),
        timeToAcknowledgeMs: 2 * minuteMs,
        nextStates: ["INVESTIGATING", "MITIGATED", "RESOLVED"],
      },
      nowMs,
    ),
    closed("inc_search", "Slow requests: search", "warning", "search", 7, 36),
    closed("inc_cpu", "CPU above 90 %", "warning", "host", 15.5, 52),
    closed("inc_card", "Payment errors: card", "critical", "payments", 19, 78),
    closed("inc_ship", "Slow requests: shipping", "info", "shipping", 20, 25),
    closed("inc_old", "Slow requests: catalog", "warning", "catalog", 52, 18),
  ];
}

function decisionsOf(nowMs: number, startedMs: number): AlertDecision[] {
  const decision = (n: number, atMs: number, over: Partial<AlertDecision>): AlertDecision => ({
    id: `dec_${n}`,
    at: iso(atMs),
    alertId: "alt_payments",
    ruleId: "rul_latency",
    ruleVersion: 3,
    outcome: "fired",
    from: "pending",
    to: "firing",
    severity: "critical",
    value: 1.62,
    threshold: 1.5,
    inputs: {
      windowFromMs: atMs - 60_000,
      windowToMs: atMs,
      pointCount: 8,
      seriesCount: 2,
      causationId: null,
    },
    reason: "",
    ...over,
  });
  return [
    decision(3, startedMs + minuteMs, {
      outcome: "severity-changed",
      from: "firing",
      reason: "p95 1.62 s crossed 1.5 s: warning became critical.",
    }),
    decision(2, startedMs, {
      value: 1.21,
      threshold: 0.8,
      severity: "warning",
      reason: "p95 has been above 0.8 s for 2 min 0 s, as long as the rule asks: it fires.",
    }),
    decision(1, startedMs - 2 * minuteMs, {
      outcome: "pending",
      from: "inactive",
      to: "pending",
      value: 0.87,
      threshold: 0.8,
      severity: "warning",
      reason: "p95 0.87 s is above 0.8 s; it fires when this lasts 2 min.",
    }),
    decision(0, nowMs - 5 * hourMs, {
      outcome: "pending-dropped",
      from: "pending",
      to: "inactive",
      severity: null,
      value: 0.41,
      threshold: 0.8,
      reason: "p95 fell to 0.41 s after 45 s, before the 2 min were over: nothing fires.",
    }),
  ];
}

function timelineOf(startedMs: number): TimelineEntry[] {
  const entry = (
    n: number,
    afterMs: number,
    kind: TimelineEntry["kind"],
    text: string,
    over: Partial<TimelineEntry> = {},
  ) => ({
    id: `tml_${n}`,
    at: iso(startedMs + afterMs),
    kind,
    actor: system,
    text,
    facts: {},
    ...over,
  });
  return [
    entry(1, 0, "opened", "Opened: “Slow requests” fires for payments.", {
      facts: { alertId: "alt_payments" },
    }),
    entry(2, 800, "notification", "Told #oncall."),
    entry(3, minuteMs, "severity", "Raised from warning to critical: p95 crossed 1.5 s."),
    entry(4, 2 * minuteMs, "alert", "“Slow requests” also fires for checkout.", {
      facts: { alertId: "alt_checkout" },
    }),
    entry(
      5,
      11 * minuteMs,
      "comment",
      "The payments provider answers 503 for about one call in five. Their status page is still green; ticket opened with them.",
      { actor: ada },
    ),
  ];
}

function deliveriesOf(nowMs: number, startedMs: number): Delivery[] {
  const base = {
    version: 2,
    channelId: "chn_slack",
    channelKind: "slack",
    channelName: "#oncall",
    incidentId: "inc_payments",
    project: "default",
    kind: "incident.opened",
    title: "Slow requests: payments",
    state: "delivered",
    reason: "Route “All incidents” matches.",
    finishedAt: iso(startedMs + 900),
  } as const;
  const accepted = {
    at: iso(startedMs + 700),
    outcome: "accepted",
    status: 200,
    durationMs: 182,
    nextAt: null,
    reason: "Slack took it.",
  } as const;
  return [
    {
      ...base,
      id: "dlv_3",
      title: "Queue backs up: thumbnails",
      incidentId: "inc_queue",
      attempts: [{ ...accepted, at: iso(nowMs - 4 * minuteMs) }],
      createdAt: iso(nowMs - 4 * minuteMs),
    },
    {
      ...base,
      id: "dlv_2",
      channelId: "chn_sms",
      channelKind: "sms",
      channelName: "Night phone",
      state: "failed",
      reason: "Route “Shop, at night” matches.",
      attempts: [
        {
          ...accepted,
          outcome: "failed",
          status: 400,
          durationMs: 91,
          reason: "SNS refused the number: it has opted out.",
        },
      ],
      createdAt: iso(startedMs + 300),
    },
    {
      ...base,
      id: "dlv_1",
      channelId: "chn_hook",
      channelKind: "webhook",
      channelName: "Status page",
      reason: "Route “Shop, at night” matches.",
      attempts: [
        {
          ...accepted,
          outcome: "retry",
          status: 503,
          durationMs: 411,
          nextAt: iso(startedMs + 30_000),
          reason: "The receiver answered 503 and asked for 30 s.",
        },
        { ...accepted, at: iso(startedMs + 30_200), status: 202, reason: "The receiver took it." },
      ],
      createdAt: iso(startedMs + 300),
    },
    { ...base, id: "dlv_0", attempts: [accepted], createdAt: iso(startedMs + 300) },
  ];
}

import { z } from "zod";
import {
  type Analysis,
  AnalysisRequested,
  Analysis as AnalysisSchema,
  Answer,
  type Evidence,
  FeedbackInput,
  GuardCheck,
  type Hypothesis,
  LatestAnalysis,
  PostMortem,
  PostMortemInput,
  QuestionInput,
} from "../../../shared/analysis/schemas.ts";
import { type Deployment, DeploymentList } from "../../../shared/deployments/schemas.ts";
import { Service, ServiceGraph, ServiceInput, ServiceList } from "../../../shared/services/schemas.ts";
import { failingForMs } from "./fake-metrics.ts";
import { FakeProblem, type FakeRoute, find, paged, read } from "./fake-route.ts";
import { type FakeWorld, iso } from "./fake-world.ts";

const minuteMs = 60_000;
const person = { kind: "person", id: "per_admin", name: "Administrator" } as const;

const calls: Record<string, string[]> = {
  storefront: ["catalog", "cart", "search"],
  cart: ["checkout", "catalog"],
  checkout: ["payments", "shipping"],
  payments: ["payment-provider"],
  catalog: [],
  search: [],
  shipping: [],
  "payment-provider": [],
};

export function shopServices(nowMs: number): Service[] {
  return Object.entries(calls).map(([name, callees]) => ({
    project: "default",
    name,
    owner: name === "payments" || name === "checkout" ? "team money" : null,
    description: name === "payments" ? "Takes money" : null,
    runbooks:
      name === "payments" ? [{ title: "When the provider fails", url: "https://example.com/runbook" }] : [],
    dependencies: callees.map((service) => ({
      service,
      known: name === "payments" ? "declared" : "learned",
    })),
    hosts: name === "payment-provider" ? [] : ["ada-laptop"],
    known: name === "payments" ? "declared" : "learned",
    lastSeenAt: name === "payment-provider" ? null : iso(nowMs - minuteMs),
    updatedAt: iso(nowMs - 9 * 864e5),
    updatedBy: name === "payments" ? "Administrator" : null,
    version: 1,
  }));
}

export function shopDeployments(nowMs: number): Deployment[] {
  const made = (
    id: string,
    service: string,
    version: string,
    beforeMs: number,
    summary: string,
  ): Deployment => ({
    id,
    externalId: null,
    kind: "deployment",
    project: "default",
    service,
    version,
    at: iso(nowMs - beforeMs),
    environment: "prod",
    by: "pipeline",
    link: "https://example.com/runs/1",
    summary,
    recordedAt: iso(nowMs - beforeMs),
    recordedBy: { kind: "key", id: "key_pipeline" },
  });
  return [
    made(
      "dep_payments",
      "payments",
      "4.2.0",
      failingForMs + 2 * minuteMs,
      "Retry failed captures three times",
    ),
    made("dep_search", "search", "1.9.3", failingForMs + 300 * minuteMs, "New synonyms"),
  ];
}

function shopEvidence(nowMs: number): Evidence[] {
  const began = nowMs - failingForMs;
  const change = (
    id: string,
    service: string,
    metric: string,
    unit: string,
    sample: [number, number, number],
  ): Evidence => {
    const [before, after, strength] = sample;
    return {
      id,
      kind: "change",
      source: "metrics",
      at: iso(began + minuteMs),
      service,
      provenance: { from: "telemetry", untrusted: ["facts.metric", "facts.labels.*"] },
      link: `/metrics?name=${metric}&match={service.name="${service}"}`,
      summary: `${metric} of ${service} went from ${before} to ${after} ${unit}, ${strength} times its ordinary spread`,
      facts: {
        service,
        metric,
        unit: unit === "/s" ? "{error}" : unit,
        peer: null,
        labels: { "service.name": service },
        query: {
          name: metric,
          match: `{service.name="${service}"}`,
          aggregate: unit === "/s" ? "rate" : "p95",
          groupBy: "",
          fromMs: began - 60 * minuteMs,
          toMs: nowMs,
          stepMs: minuteMs,
        },
        changedAtMs: began + minuteMs,
        before,
        after,
        direction: "up",
        strength,
      },
    };
  };
  const piece = (
    id: string,
    kind: Evidence["kind"],
    link: string,
    summary: string,
    atMs: number,
  ): Evidence => ({
    id,
    kind,
    source: kind === "alert" ? "alerts" : kind === "deployment" ? "deployments" : "incidents",
    at: iso(atMs),
    service: "payments",
    provenance: { from: "platform", untrusted: [] },
    link,
    summary,
    facts: {},
  });
  return [
    change("evd_latency", "payments", "http.server.request.duration", "s", [0.31, 2.4, 38]),
    change("evd_errors", "payments", "shop.payments.errors", "/s", [0.1, 9.1, 52]),
    change("evd_checkout", "checkout", "http.server.request.duration", "s", [0.26, 1.6, 24]),
    piece(
      "evd_deploy",
      "deployment",
      "/services/deployments?service=payments",
      "payments 4.2.0 was rolled out 3 min before the first change",
      began - 2 * minuteMs,
    ),
    piece(
      "evd_alert",
      "alert",
      "/alerts/alt_payments",
      "Slow requests fires for payments: p95 2.16 s, limit 1.5 s",
      began + 3 * minuteMs,
    ),
    piece(
      "evd_similar",
      "similar-incident",
      "/incidents/inc_payments",
      "A similar incident 12 days ago was caused by payments",
      nowMs - 12 * 864e5,
    ),
  ];
}

function hypothesis(over: Partial<Hypothesis>): Hypothesis {
  return {
    id: "hyp_deploy",
    rank: 1,
    cause: {
      service: "payments",
      metric: "shop.payments.errors",
      deployment: { id: "dep_payments", version: "4.2.0" },
    },
    statement: "payments 4.2.0, rolled out 3 minutes before the first change, broke payments.",
    score: 0.81,
    parts: {
      signalStrength: 0.96,
      timeCorrelation: 0.94,
      precedent: 0.7,
      evidenceQuality: 0.9,
      humanValidation: 0.5,
    },
    for: ["evd_errors", "evd_latency", "evd_deploy", "evd_similar"],
    against: [],
    refutation: {
      observation: "payments would have been slow before the roll-out, too.",
      query: null,
      link: "/metrics?name=http.server.request.duration",
      outcome: "stands",
      found: "In the hour before the roll-out its p95 stayed at 0.31 s.",
      moved: 0.03,
    },
    feedback: null,
    ...over,
  };
}

/** What the platform makes of the shop's failing payments. */
export function shopAnalysis(nowMs: number): Analysis {
  const claim = (text: string, ...evidenceIds: string[]) => ({ text, evidenceIds });
  return {
    id: "ana_payments",
    incidentId: "inc_payments",
    version: 2,
    incidentVersion: 4,
    status: "complete",
    trigger: "alerts",
    startedAt: iso(nowMs - failingForMs),
    createdAt: iso(nowMs - failingForMs + 4 * minuteMs),
    rankedAfterMs: 2_140,
    cost: { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 },
    hypotheses: [
      hypothesis({}),
      hypothesis({
        id: "hyp_provider",
        rank: 2,
        cause: {
          service: "payment-provider",
          dependency: { caller: "payments", callee: "payment-provider" },
        },
        statement: "payment-provider, which payments calls, stopped answering.",
        score: 0.44,
        parts: {
          signalStrength: 0.6,
          timeCorrelation: 0.5,
          precedent: 0.2,
          evidenceQuality: 0.4,
          humanValidation: 0.5,
        },
        for: ["evd_latency"],
        against: ["evd_deploy"],
        refutation: {
          observation: "Errors at the provider's own end would have risen.",
          query: null,
          link: null,
          outcome: "not-observable",
          found: "Nothing is measured at its end.",
          moved: 0,
        },
      }),
      hypothesis({
        id: "hyp_checkout",
        rank: 3,
        cause: { service: "checkout" },
        statement: "checkout itself became slow.",
        score: 0.21,
        for: ["evd_checkout"],
        against: ["evd_latency"],
        refutation: {
          ...hypothesis({}).refutation,
          outcome: "refuted",
          found: "All of its delay is spent in payments.",
          moved: -0.2,
        },
      }),
    ],
    evidence: shopEvidence(nowMs),
    evidenceLeftOut: 3,
    gaps: [
      {
        id: "gap_traces",
        what: "No traces of payments",
        remedy: "Send spans over OTLP and the failing call can be named.",
        link: null,
      },
      {
        id: "gap_provider",
        what: "payment-provider sends no telemetry",
        remedy: "Declare it as a dependency, or measure the call at the caller.",
        link: "/services?service=payment-provider",
      },
    ],
    steps: [
      { what: "Read the alerts", at: iso(nowMs), tookMs: 12, costUsd: 0, outcome: "2 firing" },
      {
        what: "Looked for changes in 14 series",
        at: iso(nowMs),
        tookMs: 1_630,
        costUsd: 0,
        outcome: "3 left their history",
      },
      { what: "Ranked the causes", at: iso(nowMs), tookMs: 21, costUsd: 0, outcome: "payments first" },
    ],
    explanation: {
      origin: "deterministic",
      model: null,
      rootCause: claim(
        "payments broke when 4.2.0 was rolled out: errors and latency left their history within 3 minutes.",
        "evd_errors",
        "evd_deploy",
      ),
      affected: [claim("checkout waits for payments and became slow with it.", "evd_checkout")],
      steps: [
        claim("Roll payments back to the version before 4.2.0.", "evd_deploy"),
        claim("Watch payment errors fall back below 0.2 a second.", "evd_errors"),
      ],
      prevention: [
        claim("Hold new versions of payments back when errors rise in the first minutes.", "evd_deploy"),
      ],
      summary:
        "Since a new version of the payments service went live, many payments fail or take very long.\n\nRolling back to the earlier version is expected to end it.",
      struckClaims: 0,
    },
  };
}

function analysisOf(world: FakeWorld, id: string | undefined): Analysis {
  const found = world.analyses.get(id ?? "");
  if (!found) throw new FakeProblem(404, `There is no analysis of "${id}".`);
  return found;
}

export const fakeAnalysisRoutes: FakeRoute[] = [
  {
    key: "GET /api/incidents/*/analysis",
    answers: LatestAnalysis,
    serve: ({ world }, { params }) => ({
      analysis: world.analyses.get(params[0] ?? "") ?? null,
      pending: false,
    }),
  },
  {
    key: "POST /api/incidents/*/analyses",
    answers: AnalysisRequested,
    serve: (_, { params }) => ({ incidentId: params[0], requestedAt: iso(Date.now()) }),
  },
  {
    key: "POST /api/incidents/*/analyses/*/feedback",
    answers: AnalysisSchema,
    serve: ({ world }, { params, body }) => {
      const analysis = analysisOf(world, params[0]);
      const { hypothesisId, verdict, cause = null, note = null } = read(FeedbackInput, body);
      const judged = find(analysis.hypotheses, hypothesisId, "hypothesis");
      judged.feedback = { verdict, cause, note, at: iso(Date.now()), actor: person };
      return analysis;
    },
  },
  {
    key: "POST /api/incidents/*/questions",
    answers: Answer,
    serve: ({ world }, { params, body }) => {
      const analysis = analysisOf(world, params[0]);
      const { question } = read(QuestionInput, body);
      const isKnown = /deploy|version|change/i.test(question);
      return {
        question,
        claims: isKnown
          ? [{ text: "payments 4.2.0 was rolled out 3 min before.", evidenceIds: ["evd_deploy"] }]
          : [],
        nothingFound: isKnown ? null : "The evidence of this incident does not say.",
        origin: "deterministic",
        analysisId: analysis.id,
        evidence: isKnown ? analysis.evidence.filter(({ id }) => id === "evd_deploy") : [],
        struckClaims: 0,
        cost: analysis.cost,
      };
    },
  },
  {
    key: "GET /api/incidents/*/post-mortem",
    answers: PostMortem,
    serve: ({ world }, { params }) =>
      world.postMortems.get(params[0] ?? "") ?? draftOf(world, params[0] ?? ""),
  },
  {
    key: "PUT /api/incidents/*/post-mortem",
    answers: PostMortem,
    serve: ({ world }, { params, body }) => {
      const id = params[0] ?? "";
      const before = world.postMortems.get(id) ?? draftOf(world, id);
      const input = read(PostMortemInput, body);
      const saved = {
        edited: true,
        updatedAt: iso(Date.now()),
        updatedBy: "Administrator",
        version: before.version + 1,
      };
      const next = { ...before, ...input, ...saved };
      world.postMortems.set(id, next);
      return next;
    },
  },
  {
    key: "GET /api/incidents/*/guard",
    answers: GuardCheck,
    serve: () => ({
      guarded: false,
      reason: "One rule watches payments, and its back-test over this incident stays silent for the errors.",
      tried: [{ ruleId: "rul_queue", name: "Queue backs up", fires: false, firstFiredAt: null }],
    }),
  },
  {
    key: "GET /api/services",
    answers: ServiceList,
    serve: ({ world }) => ({ items: world.services, truncated: false }),
  },
  {
    key: "GET /api/services/graph",
    answers: ServiceGraph,
    serve: ({ world }) => ({
      nodes: world.services.map(({ project, name, owner, known }) => ({
        project,
        service: name,
        owner,
        known,
        openIncidents: name === "payments" ? 1 : 0,
        severity: name === "payments" ? "critical" : null,
      })),
      edges: world.services.flatMap(({ project, name, dependencies }) =>
        dependencies.map(({ service, known }) => ({ project, caller: name, callee: service, known })),
      ),
      truncated: false,
    }),
  },
  {
    key: "PUT /api/services/*",
    answers: Service,
    serve: ({ world }, { params, query, body }) => {
      const id = serviceIdOf(params, query);
      const input = read(ServiceInput, body);
      const known = world.services.find((service) => isService(service, id));
      const service: Service = {
        hosts: [],
        lastSeenAt: null,
        ...known,
        ...input,
        ...id,
        dependencies: input.dependencies.map((callee) => ({ service: callee, known: "declared" })),
        known: "declared",
        updatedAt: iso(Date.now()),
        updatedBy: "Administrator",
        version: (known?.version ?? 0) + 1,
      };
      world.services = [...world.services.filter((one) => !isService(one, id)), service];
      return service;
    },
  },
  {
    key: "DELETE /api/services/*",
    answers: z.undefined(),
    serve: ({ world }, { params, query }) => {
      const id = serviceIdOf(params, query);
      world.services = world.services.filter((one) => !isService(one, id));
    },
  },
  {
    key: "GET /api/deployments",
    answers: DeploymentList,
    serve: ({ world }, { query }) => {
      const service = query.get("service");
      return paged(
        world.deployments.filter((one) => !service || one.service === service),
        query,
      );
    },
  },
];

type ServiceId = Pick<Service, "project" | "name">;

const serviceIdOf = (params: readonly string[], query: URLSearchParams): ServiceId => ({
  project: query.get("project") ?? "default",
  name: params[0] ?? "",
});

const isService = (one: Service, { project, name }: ServiceId) =>
  one.name === name && one.project === project;

function draftOf(world: FakeWorld, incidentId: string): PostMortem {
  const incident = find(world.incidents, incidentId, "incident");
  return {
    incidentId,
    title: incident.title,
    severity: incident.severity,
    state: incident.state,
    summary: "Since a new version of the payments service went live, many payments failed or took very long.",
    impact: "payments and checkout were slow; up to 9 payments a second failed.",
    cause: "payments 4.2.0, rolled out 3 minutes before the first change.",
    fixes: [],
    actionItems: [{ text: "Hold back new versions when errors rise", owner: null, done: false }],
    timeline: (world.timelines.get(incidentId) ?? []).map(({ at, text }) => ({ at, text })).toReversed(),
    edited: false,
    updatedAt: null,
    updatedBy: null,
    version: 0,
    markdown: `# ${incident.title}\n`,
  };
}

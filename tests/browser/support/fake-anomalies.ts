import {
  Anomaly,
  AnomalyDecisionList,
  AnomalyFilter,
  AnomalyList,
  BandsQuery,
  BandsResult,
  Detector,
  DetectorList,
  FeedbackInput,
  type Gate,
  RollBackInput,
  VectorList,
  VectorView,
} from "../../../shared/anomalies/schemas.ts";
import { failingForMs, fakeMetrics } from "./fake-metrics.ts";
import { type FakeRoute, find, page, paged, read } from "./fake-route.ts";
import { type FakeMetric, momentOf, noise, select, steps, wander } from "./fake-series.ts";
import { anAnomaly, iso } from "./fake-world.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Before this nothing has failed yet: what the metrics would be without the failure. */
const beforeItAll = Number.MAX_SAFE_INTEGER;

/** What is unusual in the shop whose payments provider fails: some of it new, some of it over, one judged by a person. */
export function shopAnomalies(nowMs: number): Anomaly[] {
  const began = nowMs - failingForMs;
  return [
    anAnomaly(
      {
        triage: {
          text: "Charges in eu-1 take about eight times as long as they did before.",
          kind: "level-shift",
          severity: "critical",
          agrees: true,
          model: "gpt-4o-mini",
          at: iso(began + 5 * minuteMs),
        },
      },
      nowMs,
    ),
    anAnomaly(
      {
        id: "ano_payments",
        kind: "vector",
        metric: null,
        seriesId: null,
        signal: null,
        labels: { "service.name": "payments" },
        unit: null,
        value: null,
        expected: null,
        band: null,
        feature: null,
        score: 9.4,
        metricClass: "vector",
        detectorVersion: "vector 2",
        contributions: [
          contribution("http.server.request.duration", 0.58),
          contribution("shop.payments.errors", 0.34),
          contribution("db.client.connection.count", 0.08),
        ],
        secondOpinion: { modelVersion: 4, isolation: 0.78, agrees: true },
        reason: "payments has not behaved like this before: 3 metrics moved at once.",
      },
      nowMs,
    ),
    anAnomaly(
      {
        id: "ano_heap",
        mode: "shadow",
        modeReason: "It only watches: too few series of this class for a gate so far.",
        metric: "process.memory.usage",
        seriesId: "host",
        signal: "value",
        service: "host",
        labels: { "host.name": "ada-laptop", "service.name": "host" },
        unit: "By",
        startedAt: iso(began - 3 * hourMs),
        value: 2.1e8,
        expected: 1.86e8,
        band: { low: 1.78e8, high: 1.95e8 },
        score: 4.3,
        sensitivity: "medium",
        feature: "long-level",
        metricClass: "value/bytes/none",
        reason: "Has crept away from its level for 3 h: 210 MB where 186 MB was expected.",
      },
      nowMs,
    ),
    anAnomaly(
      {
        id: "ano_queue",
        state: "ended",
        metric: "messaging.queue.depth",
        seriesId: "thumbnails",
        signal: "value",
        service: null,
        labels: { queue: "thumbnails" },
        unit: "{message}",
        startedAt: iso(nowMs - 26 * hourMs),
        endedAt: iso(nowMs - 25 * hourMs),
        outcome: "dismissed",
        value: 241,
        expected: 62,
        band: { low: 0, high: 180 },
        score: 6.1,
        feature: "record-high",
        feedback: [
          {
            kind: "dismissed",
            at: iso(nowMs - 25 * hourMs),
            by: "Administrator",
            note: "The nightly import.",
          },
        ],
        reason: "241 messages, more than this series has ever shown.",
      },
      nowMs,
    ),
  ];
}

const contribution = (metric: string, share: number) => ({
  metric,
  labels: { "service.name": "payments" },
  share,
});

export const fakeAnomalyRoutes: FakeRoute[] = [
  {
    key: "GET /api/anomalies",
    answers: AnomalyList,
    serve: ({ world }, { query }) => {
      const asked = AnomalyFilter.parse(Object.fromEntries(query));
      const fits = (one: Anomaly) =>
        (["state", "kind", "mode", "service", "metric"] as const).every(
          (key) => !asked[key] || one[key] === asked[key],
        );
      return paged(world.anomalies.filter(fits), query);
    },
  },
  {
    key: "GET /api/anomalies/bands",
    answers: BandsResult,
    serve: (api, { query }) => {
      const asked = BandsQuery.parse(Object.fromEntries(query));
      return bandsOf(api.metric(asked.name), asked, api.world.anomalies);
    },
  },
  {
    key: "GET /api/anomalies/vectors",
    answers: VectorList,
    serve: ({ world }) => ({
      items:
        world.anomalies.length === 0
          ? []
          : [
              {
                project: "default",
                service: "payments",
                metricCount: 3,
                at: iso(Date.now() - 20_000),
                score: 9.4,
                openAnomalyId: "ano_payments",
              },
              {
                project: "default",
                service: "checkout",
                metricCount: 3,
                at: iso(Date.now() - 20_000),
                score: 2.2,
                openAnomalyId: null,
              },
              {
                project: "default",
                service: "host",
                metricCount: 9,
                at: null,
                score: null,
                openAnomalyId: null,
              },
            ],
    }),
  },
  {
    key: "GET /api/anomalies/vectors/*",
    answers: VectorView,
    serve: ({ world }, { params, query }) => vectorOf(params[0] ?? "", query, world.anomalies),
  },
  {
    key: "GET /api/anomalies/*",
    answers: Anomaly,
    serve: ({ world }, { params }) => find(world.anomalies, params[0], "anomaly"),
  },
  {
    key: "GET /api/anomalies/*/decisions",
    answers: AnomalyDecisionList,
    serve: ({ world }, { params }) => page(decisionsOf(find(world.anomalies, params[0], "anomaly"))),
  },
  ...(["acknowledge", "resolve", "dismiss"] as const).map(
    (verb): FakeRoute => ({
      key: `POST /api/anomalies/*/${verb}`,
      answers: Anomaly,
      serve: ({ world }, { params, body }) => {
        const anomaly = find(world.anomalies, params[0], "anomaly");
        const note = read(FeedbackInput, body).note ?? null;
        const at = iso(Date.now());
        const kind = verb === "acknowledge" ? "acknowledged" : verb === "resolve" ? "resolved" : "dismissed";
        anomaly.feedback.push({ kind, at, by: "Administrator", note });
        if (kind !== "acknowledged") Object.assign(anomaly, { state: "ended", endedAt: at, outcome: kind });
        return anomaly;
      },
    }),
  ),
  {
    key: "GET /api/detectors",
    answers: DetectorList,
    serve: ({ world }) => ({ items: world.anomalies.length === 0 ? [] : [detector(Date.now())] }),
  },
  {
    key: "POST /api/detectors/*/roll-back",
    answers: Detector,
    serve: (_, { body }) => ({ ...detector(Date.now()), activeVersion: read(RollBackInput, body).version }),
  },
];

function bandsOf(metric: FakeMetric, asked: BandsQuery, anomalies: readonly Anomaly[]): BandsResult {
  const now = Date.now();
  const [fromMs, toMs] = [momentOf(asked.from, now), Math.min(now, momentOf(asked.to, now))];
  const stepMs = Math.max(minuteMs, Math.ceil((toMs - fromMs) / 300 / minuteMs) * minuteMs);
  const timesMs = steps(fromMs, toMs, stepMs);
  const found = select(metric, asked.match);
  return {
    name: metric.name,
    stepMs,
    timesMs,
    series: found.slice(0, 10).map((labels) => {
      const expected = timesMs.map((ms) => metric.at(labels, ms, beforeItAll));
      const values = timesMs.map((ms) => metric.at(labels, ms, now));
      const room = (0.2 * expected.reduce((sum, value) => sum + value, 0)) / Math.max(1, expected.length);
      return {
        seriesId: seriesIdOf(labels),
        labels,
        signal: metric.type === "histogram" ? "mean" : metric.monotonic ? "rate" : "value",
        unit: metric.unit,
        values,
        expected,
        low: expected.map((value) => Math.max(0, value - room)),
        high: expected.map((value) => value + room),
        score: timesMs.map(() => 1),
      };
    }),
    anomalies: anomalies.filter(
      (one) => one.metric === metric.name && (one.endedAt === null || Date.parse(one.endedAt) > fromMs),
    ),
    truncated: found.length > 10,
  };
}

function seriesIdOf(labels: Record<string, string>): string {
  const { region, queue, "service.name": service } = labels;
  return queue ?? (region ? `${service}-${region}` : (service ?? "series"));
}

function vectorOf(service: string, query: URLSearchParams, anomalies: readonly Anomaly[]): VectorView {
  const now = Date.now();
  const [fromMs, toMs] = [momentOf(query.get("from") ?? "-3h", now), momentOf(query.get("to") ?? "now", now)];
  const timesMs = steps(fromMs, Math.min(now, toMs), minuteMs);
  const off = (ms: number) => (service === "payments" && ms > now - failingForMs ? 1 : 0);
  const own = fakeMetrics.filter((metric) =>
    metric.series.some((labels) => labels["service.name"] === service),
  );
  const shares: Record<string, number> = {
    "http.server.request.duration": 0.58,
    "shop.payments.errors": 0.34,
    "db.client.connection.count": 0.08,
  };
  return {
    project: query.get("project") ?? "default",
    service,
    stepMs: minuteMs,
    timesMs,
    score: timesMs.map((ms) => 1.2 + 0.8 * Math.abs(noise("vector", ms)) + 8 * off(ms)),
    thresholds: { low: 8, medium: 5, high: 3.5 },
    metrics: own.map(({ name, unit }) => ({
      metric: name,
      labels: { "service.name": service },
      unit,
      share: shares[name] ?? 0,
      strangeness: timesMs.map(
        (ms) => Math.abs(wander(name, ms, 3 * minuteMs)) * 1.6 + off(ms) * 9 * (shares[name] ?? 0),
      ),
    })),
    secondOpinion:
      service === "payments"
        ? { modelVersion: 4, isolation: 0.78, agrees: true }
        : { modelVersion: null, isolation: null, agrees: null },
    anomalies: anomalies.filter((one) => one.service === service),
  };
}

function decisionsOf(anomaly: Anomaly) {
  const { id, value, expected, band, feature, metricClass, detectorVersion, mode, score, reason } = anomaly;
  const decision = {
    id: "dec_2",
    at: anomaly.peakAt,
    anomalyId: id,
    outcome: "grew" as const,
    mode,
    score,
    threshold: 7.5,
    inputs: {
      value,
      expected,
      band,
      feature,
      metricClass,
      detectorVersion,
      sampleAt: anomaly.peakAt,
      causationId: null,
    },
    actor: "sentinelops",
    reason,
  };
  const first = {
    ...decision,
    id: "dec_1",
    at: anomaly.startedAt,
    outcome: "detected" as const,
    score: 4.6,
    threshold: 3.9,
  };
  return [decision, { ...first, reason: "Left its band and stayed out for three points." }];
}

function detector(nowMs: number): Detector {
  const version = {
    version: 3,
    digest: "9f31c20ab4d7",
    createdAt: iso(nowMs - 9 * 24 * hourMs),
    status: "accepted" as const,
    parameters: { alarmAt: 1, refractoryPoints: 60 },
    gates: [
      gate("value/ratio/daily", 0.93, 0.9),
      gate("rate/count/daily", 0.91, 0.88),
      gate("value/bytes/none", 0.87, 0.71),
    ],
    drift: {
      at: iso(nowMs - hourMs),
      index: 0.04,
      verdict: "steady" as const,
      scoreCount: 81_204,
      edges: [0, 1, 2, 3, 5],
      accepted: [0.7, 0.2, 0.07, 0.02, 0.01],
      today: [0.69, 0.21, 0.07, 0.02, 0.01],
    },
    note: "Slower level, rarer records",
  };
  const earlier = { ...version, version: 2, digest: "41aa07c9e210", status: "retired" as const, drift: null };
  return {
    id: "metric",
    kind: "metric",
    service: null,
    project: null,
    activeVersion: 3,
    pagingClasses: ["value/ratio/daily", "rate/count/daily"],
    versions: [version, { ...earlier, createdAt: iso(nowMs - 40 * 24 * hourMs), note: "First version" }],
    trackedSeries: 1_284,
    maxSeries: 20_000,
  };
}

function gate(metricClass: string, synthetic: number, own: number): Gate {
  const corpora = [
    {
      corpus: "synthetic" as const,
      seed: "gate-1",
      seriesCount: 60,
      faults: 137,
      found: 121,
      falseAlarms: 9,
      f1: synthetic,
    },
    {
      corpus: "own-history" as const,
      seed: "own-1",
      seriesCount: 24,
      faults: 60,
      found: 52,
      falseAlarms: 6,
      f1: own,
    },
  ];
  const passed = Math.min(synthetic, own) >= 0.85;
  const reason = passed
    ? "Both corpora reach 0.85."
    : "Too many faults injected into its own history were missed.";
  return { metricClass, at: iso(Date.now() - 9 * 24 * hourMs), corpora, requiredF1: 0.85, passed, reason };
}

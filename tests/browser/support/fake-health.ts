import { healthMetrics } from "../../../shared/health/schemas.ts";
import { type FakeMetric, wander } from "./fake-series.ts";

const minuteMs = 60_000;

/** What each function does in five minutes. Whoever is not named has nothing to do. */
const work = {
  "ingest-api": { handled: 220, failed: 0, p95Ms: 14 },
  "metrics-write": { handled: 210, failed: 0, p95Ms: 38 },
  "metrics-api": { handled: 64, failed: 1, p95Ms: 71 },
  "metrics-compact": { handled: 1, failed: 0, p95Ms: 240 },
  "alerts-evaluate": { handled: 90, failed: 0, p95Ms: 460 },
  "alerts-tick": { handled: 5, failed: 0, p95Ms: 22 },
  "alerts-api": { handled: 12, failed: 0, p95Ms: 31 },
  "incidents-correlate": { handled: 6, failed: 0, p95Ms: 25 },
  "notifications-deliver": { handled: 4, failed: 2, p95Ms: 310 },
  "platform-outbox": { handled: 5, failed: 0, p95Ms: 9 },
} as const;
const queues = {
  "metrics-write": { waiting: 0, oldestS: 0, parked: 0 },
  "alerts-evaluate": { waiting: 1_240, oldestS: 412, parked: 0 },
  "incidents-correlate": { waiting: 0, oldestS: 0, parked: 0 },
  "notifications-dispatch": { waiting: 0, oldestS: 0, parked: 0 },
  "notifications-deliver": { waiting: 2, oldestS: 18, parked: 3 },
} as const;

function aGauge<Of extends Record<string, Record<string, number>>>(
  name: string,
  unit: string,
  of: Of,
  value: keyof Of[keyof Of] & string,
  varies = false,
): FakeMetric {
  return {
    name,
    type: "gauge",
    unit,
    monotonic: false,
    series: Object.keys(of).map((one) => ({ function: one, "service.name": "sentinelops" })),
    at: ({ function: one = "" }, ms) => {
      const base = of[one]?.[value] ?? 0;
      return varies ? base * (1 + 0.3 * wander(one, ms, 20 * minuteMs)) : base;
    },
  };
}

/** SentinelOps in trouble: messages were given up on, and alerts lag behind. */
export const fakeHealth: FakeMetric[] = [
  aGauge(healthMetrics.handled, "{record}", work, "handled"),
  aGauge(healthMetrics.failed, "{record}", work, "failed"),
  aGauge(healthMetrics.durationP95, "ms", work, "p95Ms", true),
  aGauge(healthMetrics.waiting, "{message}", queues, "waiting"),
  aGauge(healthMetrics.oldestAge, "s", queues, "oldestS"),
  aGauge(healthMetrics.parked, "{message}", queues, "parked"),
];

/** The same with nothing in any metric. */
export const silentHealth: FakeMetric[] = fakeHealth.map((metric) => ({ ...metric, series: [] }));

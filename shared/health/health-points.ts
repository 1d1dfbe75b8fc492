import { type HealthMetric, healthMetrics } from "./schemas.ts";

/** What was measured of one function in one span; what was not measured, or is nothing to tell, is absent. */
export interface HealthSample {
  function: string;
  /** The end of the span. */
  atMs: number;
  values: Partial<Record<HealthMetric, number>>;
}

/** A point in the plain form that telemetry may come in. */
export interface PlainPoint {
  name: string;
  value: number;
  timestamp: number;
  unit: string;
  labels: { function: string; "service.name": string };
}

const units: Record<HealthMetric, string> = {
  handled: "{record}",
  failed: "{record}",
  coldStarts: "{start}",
  durationP95: "ms",
  waiting: "{message}",
  oldestAge: "s",
  parked: "{message}",
};

/** So long SQS puts a message off at most, s. */
const longestPutOffS = 900;

/** The age of a message in the queue of a function that puts its own off: before this it may be meant to wait. */
export function beyondPutOff(ageS: number): number {
  return Math.max(0, ageS - longestPutOffS);
}

/** Samples as points, for the tenant that looks after the installation. */
export function healthPoints(samples: readonly HealthSample[]): PlainPoint[] {
  return samples.flatMap(({ function: name, atMs, values }) =>
    (Object.entries(values) as [HealthMetric, number][]).map(([metric, value]) => ({
      name: healthMetrics[metric],
      value,
      timestamp: atMs,
      unit: units[metric],
      labels: { function: name, "service.name": "sentinelops" },
    })),
  );
}

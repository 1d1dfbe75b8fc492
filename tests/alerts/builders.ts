import type { MetricsReceivedV1 } from "../../events/metrics.ts";
import type { ThresholdRule, ThresholdRuleInput } from "../../shared/alerts/schemas.ts";
import { ThresholdRuleInput as InputSchema } from "../../shared/alerts/schemas.ts";
import {
  encodePoints,
  makeSeriesId,
  type PointBatch,
  PointBatchBuilder,
  type SeriesPoints,
} from "../../shared/metrics/index.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { newId } from "../../shared/platform/ids.ts";

/** Noon, a multiple of every step the tests use. */
export const noonMs = Date.UTC(2026, 4, 1, 12);
export const seconds = (count: number) => count * 1_000;
export const minutes = (count: number) => count * 60_000;

/** "cpu > 90 %, at once" unless told otherwise. */
export function aRuleInput(overrides: Partial<ThresholdRuleInput> = {}): ThresholdRuleInput {
  return InputSchema.parse({
    type: "threshold",
    name: "CPU is busy",
    metric: "cpu",
    aggregate: "last",
    windowMs: 60_000,
    operator: ">",
    thresholds: { critical: 90 },
    groupBy: ["host"],
    ...overrides,
  });
}

export function aRule(overrides: Partial<ThresholdRule> = {}): ThresholdRule {
  return {
    ...aRuleInput(),
    id: newId("rule"),
    version: 1,
    createdAt: new Date(noonMs).toISOString(),
    updatedAt: new Date(noonMs).toISOString(),
    updatedBy: "ada",
    ...overrides,
  };
}

export function aCtx(overrides: Partial<Ctx> = {}): Ctx {
  return {
    tenantId: newId("tenant"),
    actor: { kind: "system", id: "test" },
    traceId: "trace",
    causationId: null,
    nowMs: noonMs,
    ...overrides,
  };
}

export interface Sample {
  atMs: number;
  value: number;
  name?: string;
  unit?: string;
  labels?: Record<string, string>;
}

export function aBatch(samples: readonly Sample[]): PointBatch {
  const builder = new PointBatchBuilder();
  for (const { atMs, value, name = "cpu", unit = "%", labels = { host: "a" } } of samples) {
    const series = { name, type: "gauge", unit, temporality: null, monotonic: false, labels } as const;
    builder.add({ ...series, seriesId: makeSeriesId(series) }, atMs, 0, value);
  }
  return builder.build();
}

/** One series from [time, value] pairs. */
export function aSeries(
  values: readonly (readonly [number, number])[],
  labels = { host: "a" },
): SeriesPoints {
  const series = {
    name: "cpu",
    type: "gauge" as const,
    unit: "%",
    temporality: null,
    monotonic: false,
    labels,
  };
  return {
    series: { ...series, seriesId: makeSeriesId(series) },
    timesMs: Float64Array.from(values, ([atMs]) => atMs),
    startTimesMs: new Float64Array(values.length),
    values: Float64Array.from(values, ([, value]) => value),
    distributions: null,
  };
}

export function aReceived(samples: readonly Sample[]): MetricsReceivedV1 {
  const batch = aBatch(samples);
  const times = samples.map(({ atMs }) => atMs);
  return {
    batchId: newId("batch"),
    project: "default",
    services: [],
    metricNames: [...new Set(samples.map(({ name = "cpu" }) => name))],
    pointCount: samples.length,
    seriesCount: batch.series.length,
    fromMs: times.reduce((a, b) => Math.min(a, b)),
    toMs: times.reduce((a, b) => Math.max(a, b)),
    receivedAtMs: times.reduce((a, b) => Math.max(a, b)),
    packed: { codec: "points.v1", base64: Buffer.from(encodePoints(batch)).toString("base64") },
  };
}

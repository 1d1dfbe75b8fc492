import type { Labels } from "../../events/alerts.ts";
import type { MetricStore } from "../metrics/index.ts";
import type { MetricType } from "../metrics/schemas.ts";
import type { Matcher } from "../platform/labels/matchers.ts";
import { MetricDetector } from "./metric-detector.ts";
import type { Signal } from "./schemas.ts";
import { type Change, SeriesWatch } from "./watch.ts";

/** The values of a metric's series over a span, at one step, with what the detector needs to have seen before it. */
export interface Reel {
  stepMs: number;
  signal: Signal;
  unit: string | null;
  timesMs: number[];
  /** Steps before the span proper. */
  warmSteps: number;
  series: { labels: Labels; values: (number | null)[] }[];
  truncated: boolean;
}
/** Columns as long as the span; null while warming up or without a value. */
export interface Drawn {
  expected: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
  score: (number | null)[];
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
const mostSteps = 4_000;
/** One day shows a rhythm; more of it costs more than it tells. */
const warmMs = 1.5 * dayMs;

/**
 * Reads what a detector would be shown of a metric's series. Short spans are read by the minute, as it is live; longer
 * ones at the finest step that divides a day and gives at most 4,000 of them.
 */
export async function readReel(
  tenantId: string,
  input: {
    name: string;
    matchers: readonly Matcher[];
    fromMs: number;
    toMs: number;
    stepMs?: number | undefined;
  },
  metrics: Pick<MetricStore, "query">,
  mostSeries: number,
): Promise<Reel> {
  const { name, matchers, toMs } = input;
  const leastMs = Math.max(input.stepMs ?? 0, (toMs - input.fromMs + warmMs) / mostSteps);
  const stepMs =
    [1, 5, 15, 60, 180, 360, 1_440].map((m) => m * minuteMs).find((ms) => ms >= leastMs) ?? dayMs;
  const fromMs = Math.floor(input.fromMs / stepMs) * stepMs;
  const ask = (aggregate: "avg" | "rate") =>
    metrics.query(tenantId, {
      ...{ name, matchers, aggregate, toMs, stepMs },
      fromMs: Math.floor((fromMs - warmMs) / stepMs) * stepMs,
      groupBy: ["*"],
    });
  const plain = await ask("avg");
  const answer = plain.type === "sum" ? await ask("rate") : plain;
  const warmSteps = answer.timesMs.findIndex((timeMs) => timeMs >= fromMs);
  return {
    stepMs: answer.stepMs,
    signal: signalOf(plain.type),
    unit: answer.unit,
    timesMs: answer.timesMs,
    warmSteps: warmSteps < 0 ? answer.timesMs.length : warmSteps,
    series: answer.groups.slice(0, mostSeries),
    truncated: answer.truncated || answer.groups.length > mostSeries,
  };
}

function signalOf(type: MetricType | null): Signal {
  if (type === null || type === "gauge") return "value";
  return type === "sum" ? "rate" : "mean";
}

/** What the detector would have expected of a series, step by step through the span. */
export function drawBand({ timesMs, warmSteps }: Reel, values: readonly (number | null)[]): Drawn {
  const detector = new MetricDetector();
  const drawn: Drawn = { expected: [], low: [], high: [], score: [] };
  timesMs.forEach((timeMs, t) => {
    const value = values[t] ?? null;
    const { expected, low, high, score } = detector.observe(timeMs, value);
    if (t < warmSteps) return;
    const known = value !== null && high > low;
    drawn.expected.push(known ? expected : null);
    drawn.low.push(known ? low : null);
    drawn.high.push(known ? high : null);
    drawn.score.push(known ? score : null);
  });
  return drawn;
}

/** What would have been told of a series, step by step through the span. */
export function replayChanges(reel: Reel, values: readonly (number | null)[]): Change[] {
  const watch = new SeriesWatch({ form: "direct" });
  const fromMs = reel.timesMs[reel.warmSteps] ?? Number.POSITIVE_INFINITY;
  return reel.timesMs
    .flatMap((timeMs, t) => {
      const value = values[t] ?? null;
      return value === null ? [] : watch.take({ timeMs, value, count: 0 });
    })
    .filter(({ atMs }) => atMs >= fromMs);
}

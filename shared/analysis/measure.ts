import type { Labels } from "../../events/alerts.ts";
import { aggregateSteps, counterLookbackMs, type MetricStore, type SeriesPoints } from "../metrics/index.ts";
import type { Aggregate, MetricType } from "../metrics/schemas.ts";
import { eachInParallel } from "../platform/each-in-parallel.ts";
import { LimitExceeded } from "../platform/errors.ts";
import { linearRegex } from "../platform/labels/linear-regex.ts";
import { parseMatchers } from "../platform/labels/matchers.ts";
import { entityOf, peerLabelOf, serviceLabelOf } from "../services/index.ts";
import type { CauseSeries } from "./ranking/case.ts";
import type { EvidenceQuery } from "./schemas.ts";
import type { Window } from "./scope.ts";

/** One series as the ranking weighs it, and the question that draws it again. */
export interface Measured {
  series: CauseSeries;
  query: EvidenceQuery;
  labels: Labels;
}

export interface Measurement {
  measured: Measured[];
  /** Metrics with more points than an analysis may read. */
  tooLarge: string[];
}

const readsAtOnce = 8;
const maxPointsAMetric = 300_000;
const maxSeries = 2_000;
const shortestStepMs = 5_000;
const stepsMs = [5, 10, 15, 30, 60, 120, 300].map((s) => s * 1000);

/** Reads these metrics of these services and hosts over the window, each series in steps of its own rhythm. */
export async function measure(
  tenantId: string,
  { metrics, entities }: { metrics: readonly string[]; entities: readonly string[] },
  window: Window,
  store: Pick<MetricStore, "readPoints">,
  signal: AbortSignal,
): Promise<Measurement> {
  const wanted = new Set(entities);
  const byMetric = new Map<string, Measured[]>();
  const tooLarge: string[] = [];
  await eachInParallel(metrics, readsAtOnce, async (name) => {
    if (signal.aborted) return;
    const points = await readMetric(tenantId, name, entities, window, store);
    if (points === "too large") tooLarge.push(name);
    else byMetric.set(name, measureMetric(name, points, wanted, window));
  });
  const measured = metrics.flatMap((name) => byMetric.get(name) ?? []);
  return { measured: measured.slice(0, maxSeries), tooLarge };
}

/** Every series; where these are too many, those of the services in reach that are labelled the usual way. */
async function readMetric(
  tenantId: string,
  name: string,
  entities: readonly string[],
  { fromMs, toMs }: Window,
  store: Pick<MetricStore, "readPoints">,
): Promise<SeriesPoints[] | "too large"> {
  const range = { fromMs: fromMs - counterLookbackMs, toMs: toMs + 1 };
  const named = `service.name=~"${entities.map((entity) => escapeQuoted(linearRegex().quote(entity))).join("|")}"`;
  for (const match of ["{}", named]) {
    try {
      const input = { name, matchers: parseMatchers(match), ...range };
      return await store.readPoints(tenantId, input, maxPointsAMetric);
    } catch (error) {
      if (!(error instanceof LimitExceeded)) throw error;
    }
  }
  return "too large";
}

/** Of each service, and of each call it makes, what the metric's type has to tell. */
function measureMetric(
  name: string,
  points: readonly SeriesPoints[],
  wanted: ReadonlySet<string>,
  window: Window,
): Measured[] {
  const groups = new Map<string, { entity: string; peerLabel: string | undefined; points: SeriesPoints[] }>();
  for (const one of points) {
    const { labels } = one.series;
    const entity = entityOf(labels);
    if (entity === null || !wanted.has(entity)) continue;
    const peerLabel = peerLabelOf(name, labels);
    const key = JSON.stringify([entity, peerLabel && labels[peerLabel]]);
    const group = groups.get(key);
    if (group) group.points.push(one);
    else groups.set(key, { entity, peerLabel, points: [one] });
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group.points;
    if (!first) return [];
    return aggregatesOf(first.series.type, first.series.monotonic).map((aggregate) =>
      measureGroup(name, aggregate, group, first, window),
    );
  });
}

function measureGroup(
  name: string,
  aggregate: Aggregate,
  group: { entity: string; peerLabel: string | undefined; points: SeriesPoints[] },
  first: SeriesPoints,
  { fromMs, toMs }: Window,
): Measured {
  const { labels, unit } = first.series;
  const stepMs = stepOf(group.points, aggregate);
  const drawn = aggregateSteps(group.points, { aggregate, groupBy: [], fromMs, toMs, stepMs });
  const own = [serviceLabelOf(labels), group.peerLabel].filter((label) => label !== undefined);
  const identity = Object.fromEntries(own.map((label) => [label, labels[label] ?? ""]));
  return {
    series: {
      service: group.entity,
      metric: seriesName(name, aggregate),
      unit: aggregate === "rate" ? "1/s" : (unit ?? ""),
      peer: group.peerLabel === undefined ? null : (labels[group.peerLabel] ?? null),
      timestamps: drawn.timesMs.map((ms) => (ms + drawn.stepMs) / 1000),
      values: drawn.groups[0]?.values ?? drawn.timesMs.map(() => null),
    },
    query: { name, match: matcherText(identity), aggregate, groupBy: "", fromMs, toMs, stepMs },
    labels: identity,
  };
}

function aggregatesOf(type: MetricType, monotonic: boolean): Aggregate[] {
  switch (type) {
    case "gauge":
      return ["avg"];
    case "sum":
      return [monotonic ? "rate" : "avg"];
    case "histogram":
    case "exponential_histogram":
    case "summary":
      return ["p95", "rate"];
  }
}

/** What the ranking is told a series is: how long something took, or how often it happened. */
export function seriesName(metric: string, aggregate: Aggregate): string {
  if (aggregate === "avg") return metric;
  if (aggregate !== "rate") return `${metric} ${aggregate}`;
  return `${metric.replace(/[._-]?(duration|latency|time|elapsed|delay)(?=$|[._-])/gi, "")} rate`;
}

/** One point a step; of counters two, so that a sender a little late leaves no hole and no heap. */
function stepOf(points: readonly SeriesPoints[], aggregate: Aggregate): number {
  const gaps = points.flatMap(({ timesMs }) =>
    Array.from(timesMs.subarray(1), (time, i) => time - (timesMs[i] ?? time)).filter((gap) => gap > 0),
  );
  gaps.sort((a, b) => a - b);
  const usual = gaps[Math.floor(gaps.length / 2)] ?? shortestStepMs;
  const least = aggregate === "rate" || aggregate === "p95" ? usual * 1.9 : usual;
  return stepsMs.find((stepMs) => stepMs >= least * 0.95) ?? (stepsMs.at(-1) as number);
}

/** The labels as `GET /api/metrics/query` takes them. */
export function matcherText(labels: Labels): string {
  const conditions = Object.entries(labels).map(([name, value]) => `${name}="${escapeQuoted(value)}"`);
  const text = `{${conditions.join(",")}}`;
  return isReadable(text) ? text : "{}";
}

function escapeQuoted(value: string): string {
  return value.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
}

function isReadable(text: string): boolean {
  try {
    return parseMatchers(text).length > 0;
  } catch {
    return false;
  }
}

import type {
  Aggregate,
  MetricInfo,
  MetricQuery,
  MetricQueryResult,
} from "../../../shared/metrics/schemas.ts";

type Labels = Record<string, string>;

export interface FakeMetric extends Omit<MetricInfo, "seriesCount" | "lastSeenAt"> {
  series: Labels[];
  /** The value at a time, before anything is aggregated. */
  at(labels: Labels, ms: number, nowMs: number): number;
}

const minuteMs = 60_000;
const unitMs: Record<string, number> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

/** Noise that is the same for the same words: −1 … 1. */
export function noise(...words: (string | number)[]): number {
  let hash = 2_166_136_261;
  for (const char of words.join("|")) hash = Math.imul(hash ^ char.charCodeAt(0), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_507);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2_147_483_648 - 1;
}

/** A smooth wander around 0, about −1 … 1. */
export function wander(seed: string, ms: number, periodMs: number): number {
  const at = ms / periodMs;
  const cell = Math.floor(at);
  const share = at - cell;
  const eased = share * share * (3 - 2 * share);
  return noise(seed, cell) * (1 - eased) + noise(seed, cell + 1) * eased;
}

export function momentOf(text: string, nowMs: number): number {
  const relative = /^-(\d+)([smhd])$/.exec(text);
  if (relative) return nowMs - Number(relative[1]) * (unitMs[relative[2] ?? ""] ?? 0);
  return text === "now" ? nowMs : Number(text);
}

export function queryFake(metric: FakeMetric, query: MetricQuery, nowMs: number): MetricQueryResult {
  const fromMs = momentOf(query.from, nowMs);
  const toMs = Math.min(nowMs, momentOf(query.to, nowMs));
  const stepMs = query.stepMs ?? niceStep((toMs - fromMs) / 300);
  const timesMs = steps(fromMs, toMs, stepMs);
  const groups = [...grouped(select(metric, query.match), query.groupBy)].map(([, { labels, series }]) => ({
    labels,
    values: timesMs.map((ms) => aggregated(metric, series, query.aggregate, ms, nowMs)),
  }));
  return {
    name: metric.name,
    unit: metric.unit,
    type: metric.type,
    aggregate: query.aggregate,
    stepMs,
    resolution: stepMs >= 36e5 ? "1h" : stepMs >= 3e5 ? "5m" : "raw",
    timesMs,
    groups,
    truncated: false,
  };
}

export function niceStep(rough: number): number {
  return [15e3, 3e4, 6e4, 12e4, 3e5, 9e5, 18e5, 36e5, 72e5].find((step) => step >= rough) ?? 864e5;
}

export function steps(fromMs: number, toMs: number, stepMs: number): number[] {
  const times: number[] = [];
  for (let ms = Math.ceil(fromMs / stepMs) * stepMs; ms <= toMs; ms += stepMs) times.push(ms);
  return times;
}

/** Understands `=` and `!=` only; that is all the tests ask of it. */
export function select(metric: FakeMetric, match: string): Labels[] {
  const conditions = [...match.matchAll(/([\w.]+)(!=|=)"([^"]*)"/g)];
  return metric.series.filter((labels) =>
    conditions.every(([, name = "", operator, value]) => (labels[name] === value) === (operator === "=")),
  );
}

function grouped(all: Labels[], groupBy: string): Map<string, { labels: Labels; series: Labels[] }> {
  const names = groupBy.split(",").filter(Boolean);
  const groups = new Map<string, { labels: Labels; series: Labels[] }>();
  for (const series of all) {
    const labels = names.includes("*")
      ? series
      : Object.fromEntries(names.filter((name) => name in series).map((name) => [name, series[name] ?? ""]));
    const key = JSON.stringify(labels);
    const group = groups.get(key) ?? { labels, series: [] };
    group.series.push(series);
    groups.set(key, group);
  }
  return groups;
}

function aggregated(metric: FakeMetric, series: Labels[], aggregate: Aggregate, ms: number, nowMs: number) {
  const values = series.map((labels) => metric.at(labels, ms, nowMs));
  const sum = values.reduce((total, value) => total + value, 0);
  switch (aggregate) {
    case "min":
      return Math.min(...values);
    case "max":
      return Math.max(...values);
    case "sum":
    case "rate":
    case "last":
      return sum;
    case "increase":
      return sum * (minuteMs / 1e3);
    case "count":
      return values.length * 4;
    case "p99":
      return (sum / values.length) * 1.5;
    case "p50":
      return (sum / values.length) * 0.4;
    default:
      return values.length === 0 ? null : sum / values.length;
  }
}

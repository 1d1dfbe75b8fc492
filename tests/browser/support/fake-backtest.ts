import type {
  AnomalyRuleInput,
  BacktestInput,
  BacktestResult,
  ForecastRuleInput,
  MeasuredRuleInput,
} from "../../../shared/alerts/schemas.ts";
import type { Anomaly } from "../../../shared/anomalies/schemas.ts";
import type { MetricQueryResult } from "../../../shared/metrics/schemas.ts";
import { type FakeMetric, momentOf, queryFake } from "./fake-series.ts";

type Firing = BacktestResult["firings"][number];
type Tried = Pick<BacktestResult, "firings"> & { series: MetricQueryResult };
interface Span {
  from: string;
  to: string;
  nowMs: number;
}

const severities = ["critical", "warning", "info"] as const;
const dayMs = 864e5;

/** What a rule would have done on the fake metrics; anomalies are those the world already holds. */
export function backtestFake(
  metric: FakeMetric,
  { rule, from, to }: BacktestInput,
  anomalies: readonly Anomaly[],
): BacktestResult {
  const span = { from, to, nowMs: Date.now() };
  const fromMs = momentOf(from, span.nowMs);
  const { firings, series } =
    rule.type === "anomaly"
      ? tryAnomaly(metric, rule, span, anomalies)
      : rule.type === "forecast"
        ? tryForecast(metric, rule, span)
        : tryMeasured(metric, rule, span);
  return {
    fromMs,
    toMs: span.nowMs,
    stepMs: series.stepMs,
    evaluations: series.timesMs.length * series.groups.length,
    firings,
    firingsPerDay: firings.length / ((span.nowMs - fromMs) / dayMs),
    totalFiringMs: firings.reduce((sum, one) => sum + ((one.endedMs ?? span.nowMs) - one.startedMs), 0),
    series: { timesMs: series.timesMs, groups: series.groups, truncated: false },
  };
}

function tryMeasured(metric: FakeMetric, rule: MeasuredRuleInput, { nowMs, ...span }: Span): Tried {
  const { match, aggregate, type } = rule;
  const asked = { name: metric.name, match, aggregate, groupBy: rule.groupBy.join(","), ...span };
  const now = queryFake(metric, asked, nowMs);
  const series = type === "threshold" ? now : changed(metric, rule, now, nowMs);
  const crossed = (value: number) =>
    severities.find((one) => {
      const limit = rule.thresholds[one];
      if (limit === undefined) return false;
      return rule.operator.startsWith(">") ? value > limit : value < limit;
    });
  const firings = series.groups.flatMap(({ labels, values }) =>
    runs(values, (value) => crossed(value) !== undefined)
      .map(({ first, last }) => ({ first: first + Math.ceil(rule.forMs / series.stepMs), last }))
      .filter(({ first, last }) => first <= last)
      .map(({ first, last }) => {
        const peakValue = Math.max(...values.slice(first, last + 1).map((value) => value ?? 0));
        const severity = crossed(values[first] ?? 0) ?? "info";
        return firing(series, { labels, severity, peakValue }, first, last);
      }),
  );
  return { firings, series };
}

function changed(metric: FakeMetric, rule: MeasuredRuleInput, now: MetricQueryResult, nowMs: number) {
  if (rule.type === "threshold") return now;
  const { stepMs, timesMs, aggregate } = now;
  const before = queryFake(
    metric,
    {
      name: metric.name,
      match: rule.match,
      aggregate,
      groupBy: rule.groupBy.join(","),
      from: String((timesMs[0] ?? 0) - rule.overMs),
      to: String(nowMs),
      stepMs,
    },
    nowMs,
  );
  const groups = now.groups.map(({ labels, values }, group) => ({
    labels,
    values: values.map((value, index) => {
      const was = before.groups[group]?.values[index] ?? null;
      if (value === null || was === null || was === 0) return null;
      return rule.change === "percent" ? (100 * (value - was)) / was : value - was;
    }),
  }));
  return { ...now, groups };
}

function tryAnomaly(
  metric: FakeMetric,
  rule: AnomalyRuleInput,
  { nowMs, ...span }: Span,
  anomalies: readonly Anomaly[],
): Tried {
  const asked = { name: metric.name, match: rule.match, aggregate: "avg", groupBy: "*", ...span } as const;
  const firings = anomalies
    .filter((one) => one.metric === metric.name)
    .map(({ labels, startedAt, endedAt, value }) => ({
      labels,
      severity: rule.severity,
      startedMs: Date.parse(startedAt),
      endedMs: endedAt === null ? null : Date.parse(endedAt),
      peakValue: value,
    }));
  return { firings, series: queryFake(metric, asked, nowMs) };
}

/** Looks every six hours and goes on with the last day's slope. */
function tryForecast(metric: FakeMetric, rule: ForecastRuleInput, { nowMs, ...span }: Span): Tried {
  const { match, aggregate, limit, withinMs } = rule;
  const asked = { name: metric.name, match, aggregate, groupBy: rule.groupBy.join(","), ...span };
  const series = queryFake(metric, { ...asked, stepMs: dayMs / 4 }, nowMs);
  const firings = series.groups.flatMap(({ labels, values }) => {
    const leftMs = values.map((value, index) => {
      const before = values[index - 4] ?? null;
      if (value === null || before === null || value <= before) return null;
      return ((limit - value) / (value - before)) * dayMs;
    });
    const nearest = (ms: number) => severities.find((one) => ms <= (withinMs[one] ?? 0));
    return runs(leftMs, (ms) => nearest(ms) !== undefined).map(({ first, last }) => {
      const least = Math.min(...leftMs.slice(first, last + 1).map((ms) => ms ?? Number.POSITIVE_INFINITY));
      return firing(
        series,
        { labels, severity: nearest(least) ?? "info", peakValue: least / 1_000 },
        first,
        last,
      );
    });
  });
  return { firings, series };
}

/** Stretches of neighbours that hold. */
function runs(values: readonly (number | null)[], holds: (value: number) => boolean) {
  const found: { first: number; last: number }[] = [];
  values.forEach((value, index) => {
    if (value === null || !holds(value)) return;
    const current = found.at(-1);
    if (current?.last === index - 1) current.last = index;
    else found.push({ first: index, last: index });
  });
  return found;
}

function firing(
  { timesMs }: MetricQueryResult,
  what: Pick<Firing, "labels" | "severity" | "peakValue">,
  first: number,
  last: number,
): Firing {
  return { ...what, startedMs: timesMs[first] ?? 0, endedMs: timesMs[last + 1] ?? null };
}

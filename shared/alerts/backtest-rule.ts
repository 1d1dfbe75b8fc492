import { counterLookbackMs, type MetricStore, parseTimeRange, type SeriesPoints } from "../metrics/index.ts";
import type { Ctx } from "../platform/context.ts";
import { LimitExceeded } from "../platform/errors.ts";
import { mayUseProject } from "../platform/labels/project.ts";
import { backtestAnomaly } from "./backtest-anomaly.ts";
import { backtestForecast } from "./backtest-forecast.ts";
import { checkRule } from "./check-rule.ts";
import type { EvaluatedRule } from "./evaluate-rule.ts";
import { groupSeries } from "./group.ts";
import { replay } from "./replay.ts";
import { matchersOf } from "./rule-matchers.ts";
import type { BacktestInput, BacktestResult } from "./schemas.ts";

type History = Pick<MetricStore, "readPoints" | "query">;
type Span = { fromMs: number; toMs: number };

const maxEvaluations = 3_000;
/** Of one group at one moment; more would outlast the request. */
const maxJudgements = 200_000;
const finestStepMs = 15_000;
/** Up to here the points themselves are judged. */
const rawSpanMs = 86_400_000;
const maxRawPoints = 1_000_000;
const rollUpMs = 300_000;

/**
 * When a rule would have fired over a span of stored history, judged by the evaluator that runs live.
 *
 * Up to 24 hours it works on raw points, at steps of a quarter of the window (at least 15 s, at most 3,000 steps),
 * so start and end are exact to one step. Longer spans, or more points than fit in memory, are judged on values
 * aggregated per step of at least the window and five minutes: start and end are exact to one such step, and what
 * is shorter than a step shows only as far as it moves the step's value. `stepMs` in the answer says which it was.
 * Rules on anomalies and forecasts say at their own functions what their history is judged at.
 * Throws Invalid for a rule or span that cannot be.
 */
export async function backtestRule(
  ctx: Ctx,
  input: BacktestInput,
  metrics: History,
): Promise<BacktestResult> {
  checkRule(input.rule);
  mayUseProject(ctx, input.rule.project);
  const span = parseTimeRange(input.from, input.to, ctx.nowMs);
  switch (input.rule.type) {
    case "threshold":
    case "rate-of-change":
      return backtestMeasured(ctx, { ...input.rule, id: "backtest" }, span, metrics);
    case "anomaly":
      return backtestAnomaly(ctx, input.rule, span, metrics);
    case "forecast":
      return backtestForecast(ctx, input.rule, span, metrics);
  }
}

async function backtestMeasured(
  ctx: Ctx,
  rule: EvaluatedRule,
  span: Span,
  metrics: History,
): Promise<BacktestResult> {
  const raw = span.toMs - span.fromMs <= rawSpanMs ? await readRaw(ctx, rule, span, metrics) : undefined;
  if (!raw) return replayAggregated(ctx, rule, span, metrics);
  return replay(rule, raw, { ...span, stepMs: stepFor(rule, raw, span) });
}

async function readRaw(
  ctx: Ctx,
  rule: EvaluatedRule,
  { fromMs, toMs }: Span,
  metrics: History,
): Promise<SeriesPoints[] | undefined> {
  const overMs = rule.type === "rate-of-change" ? rule.overMs : 0;
  const behindMs = Math.max(rule.windowMs + overMs + counterLookbackMs, rule.noDataAfterMs);
  try {
    return await metrics.readPoints(
      ctx.tenantId,
      {
        name: rule.metric,
        matchers: matchersOf(rule),
        fromMs: fromMs - behindMs,
        toMs: toMs + 1,
      },
      maxRawPoints,
    );
  } catch (error) {
    if (error instanceof LimitExceeded) return undefined;
    throw error;
  }
}

function stepFor(rule: EvaluatedRule, points: readonly SeriesPoints[], { fromMs, toMs }: Span): number {
  const groups = groupSeries(rule, points).size;
  const steps = Math.min(maxEvaluations, Math.max(1, Math.floor(maxJudgements / Math.max(1, groups))));
  return Math.ceil(Math.max(rule.windowMs / 4, finestStepMs, (toMs - fromMs) / steps));
}

async function replayAggregated(
  ctx: Ctx,
  rule: EvaluatedRule,
  span: Span,
  metrics: History,
): Promise<BacktestResult> {
  const leastMs = Math.max(rule.windowMs, (span.toMs - span.fromMs) / maxEvaluations);
  const answer = await metrics.query(ctx.tenantId, {
    name: rule.metric,
    matchers: matchersOf(rule),
    fromMs: span.fromMs - (rule.type === "rate-of-change" ? rule.overMs : 0),
    toMs: span.toMs,
    aggregate: rule.aggregate,
    groupBy: rule.groupBy,
    stepMs: Math.ceil(leastMs / rollUpMs) * rollUpMs,
  });
  const { stepMs } = answer;
  const points = answer.groups.map(({ labels, values }, i) => {
    const known = values.flatMap((value, at) => (value === null ? [] : [{ value, at }]));
    const timesMs = Float64Array.from(known, ({ at }) => (answer.timesMs[at] ?? 0) + stepMs);
    return {
      series: {
        seriesId: String(i),
        name: rule.metric,
        type: "gauge" as const,
        unit: answer.unit,
        temporality: null,
        monotonic: false,
        labels,
      },
      timesMs,
      startTimesMs: new Float64Array(timesMs.length),
      values: Float64Array.from(known, ({ value }) => value),
      distributions: null,
    };
  });
  const perStep: EvaluatedRule = {
    ...rule,
    aggregate: "last",
    windowMs: stepMs,
    noDataAfterMs: Math.max(rule.noDataAfterMs, stepMs),
  };
  const result = replay(perStep, points, { ...span, stepMs });
  return { ...result, series: { ...result.series, truncated: result.series.truncated || answer.truncated } };
}

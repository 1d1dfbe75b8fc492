import type { Labels } from "../../events/alerts.ts";
import type { SeriesPoints } from "../metrics/index.ts";
import {
  type EvaluatedRule,
  evaluateRule,
  type GroupEvaluation,
  type GroupState,
  scopeOf,
} from "./evaluate-rule.ts";
import type { BacktestResult } from "./schemas.ts";

export interface Steps {
  fromMs: number;
  toMs: number;
  stepMs: number;
}
type Firing = BacktestResult["firings"][number];
type DrawnGroup = { labels: Labels; values: (number | null)[]; fired: boolean };

/** More lines than this nobody tells apart in one chart. */
const maxDrawnGroups = 20;
const dayMs = 86_400_000;

/** Judges stored points step by step with the evaluator that judges live ones, and says what would have fired. */
export function replay(rule: EvaluatedRule, points: readonly SeriesPoints[], steps: Steps): BacktestResult {
  const timesMs = timesOf(steps);
  const states = new Map<string, GroupState>();
  const firings: Firing[] = [];
  const firing = new Map<string, Firing>();
  const drawn = new Map<string, DrawnGroup>();
  timesMs.forEach((atMs, step) => {
    const begun = points.filter(({ timesMs: times }) => (times[0] ?? Number.POSITIVE_INFINITY) <= atMs);
    for (const evaluation of evaluateRule(rule, states, begun, atMs)) {
      const { fingerprint, labels, after: status } = evaluation;
      states.set(fingerprint, { status, labels, scope: scopeOf(rule), arrivedMs: 0 });
      noteFiring(rule, evaluation, firing, firings);
      draw(evaluation, step, timesMs.length, drawn);
    }
  });
  const groups = [...drawn.values()].sort((a, b) => Number(b.fired) - Number(a.fired));
  return {
    ...steps,
    evaluations: timesMs.length,
    firings,
    firingsPerDay: firings.length / ((steps.toMs - steps.fromMs) / dayMs),
    totalFiringMs: firings.reduce(
      (sum, { startedMs, endedMs }) => sum + (endedMs ?? steps.toMs) - startedMs,
      0,
    ),
    series: {
      timesMs,
      groups: groups.slice(0, maxDrawnGroups).map(({ labels, values }) => ({ labels, values })),
      truncated: groups.length > maxDrawnGroups,
    },
  };
}

/** Multiples of the step, so that the same history is judged at the same moments whenever it is asked for. */
function timesOf({ fromMs, toMs, stepMs }: Steps): number[] {
  const firstMs = Math.ceil(fromMs / stepMs) * stepMs;
  const count = Math.max(0, Math.floor((toMs - firstMs) / stepMs) + 1);
  return Array.from({ length: count }, (_, i) => firstMs + i * stepMs);
}

function noteFiring(
  rule: EvaluatedRule,
  { fingerprint, labels, after, emit, atMs, measurement }: GroupEvaluation,
  firing: Map<string, Firing>,
  firings: Firing[],
): void {
  if (emit === "fired") {
    const begun = { labels, severity: after.severity, startedMs: atMs, endedMs: null, peakValue: null };
    firing.set(fingerprint, begun);
    firings.push(begun);
  }
  const current = firing.get(fingerprint);
  if (!current) return;
  if (emit === "resolved") {
    current.endedMs = atMs;
    firing.delete(fingerprint);
    return;
  }
  if (graver[after.severity] > graver[current.severity]) current.severity = after.severity;
  if (typeof measurement === "number") current.peakValue = peakOf(rule, current.peakValue, measurement);
}

const graver = { info: 1, warning: 2, critical: 3 } as const;

function peakOf(rule: EvaluatedRule, peak: number | null, value: number): number {
  if (peak === null) return value;
  return rule.operator === "<" || rule.operator === "<=" ? Math.min(peak, value) : Math.max(peak, value);
}

function draw(
  { fingerprint, labels, measurement, emit }: GroupEvaluation,
  step: number,
  count: number,
  drawn: Map<string, DrawnGroup>,
): void {
  let group = drawn.get(fingerprint);
  if (!group) {
    group = { labels, values: new Array<number | null>(count).fill(null), fired: false };
    drawn.set(fingerprint, group);
  }
  if (typeof measurement === "number") group.values[step] = measurement;
  if (emit === "fired") group.fired = true;
}

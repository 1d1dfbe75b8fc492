import type { Labels } from "../../events/alerts.ts";
import { aggregateWindow, counterLookbackMs, type SeriesPoints } from "../metrics/index.ts";
import { defaultProject } from "../platform/labels/project.ts";
import { groupSeries } from "./group.ts";
import { sightOf } from "./reason.ts";
import type { AlertRuleInput, MeasuredRuleInput, RateOfChangeRuleInput } from "./schemas.ts";
import { between, countIn, newestAt } from "./series-points.ts";
import { judge, type Measurement, type Verdict } from "./severity.ts";
import {
  type AlertStatus,
  applyTransition,
  blankStatus,
  closeStatus,
  type Emit,
  isOpen,
  type Outcome,
} from "./transition.ts";

/** A rule as the evaluator needs it: the input plus the identity its groups' fingerprints follow from. */
export type EvaluatedRule = MeasuredRuleInput & { id: string };

/** What is known of one group from before. */
export interface GroupState {
  status: AlertStatus;
  /** Names the group where it has no series left. */
  labels: Labels;
  /** What the rule looked at when this state was reached. */
  scope: string;
  /** When data of the group last arrived by our own clock; senders' clocks may be off. */
  arrivedMs: number;
}

export interface GroupEvaluation {
  fingerprint: string;
  labels: Labels;
  atMs: number;
  before: AlertStatus;
  after: AlertStatus;
  emit: Emit;
  outcome: Outcome | null;
  measurement: Measurement;
  verdict: Verdict;
  unit: string | null;
  /** What was seen, as a clause; `reason` is the sentence that says what follows from it. */
  sight: string;
  reason: string;
  inputs: { windowFromMs: number; windowToMs: number; pointCount: number; seriesCount: number };
}

/**
 * Judges every group of a rule at one moment: those that `points` shows and those that only `states` (by
 * fingerprint) remembers. Pure: arriving data, the schedule and the back-test all call this and nothing else.
 *
 * `points` are the series that match the rule, from at least one window before `nowMs`; where silence may be the
 * verdict (`nowMs` is a clock's, not the time of a point), from at least `noDataAfterMs` before. A series without
 * points is one that is known and silent.
 *
 * Missing data counts as such when no point came for `noDataAfterMs`; with the policies `ok` and `keep` the
 * window must have run empty too, so that a slow metric under a long window is not taken for a dead one.
 */
export function evaluateRule(
  rule: EvaluatedRule,
  states: ReadonlyMap<string, GroupState>,
  points: readonly SeriesPoints[],
  nowMs: number,
): GroupEvaluation[] {
  const groups = groupSeries(rule, points);
  for (const [fingerprint, { labels }] of states) {
    if (!groups.has(fingerprint)) groups.set(fingerprint, { fingerprint, labels, series: [] });
  }
  return [...groups.values()].map(({ fingerprint, labels, series }) =>
    evaluateGroup(rule, states.get(fingerprint), { fingerprint, labels, series, nowMs }),
  );
}

/** What a rule looks at. A state reached under another scope says nothing about this one. */
export function scopeOf(rule: AlertRuleInput): string {
  const kind = rule.type === "threshold" ? [] : [rule.type];
  return JSON.stringify([rule.metric, rule.match, [...rule.groupBy].sort(), ...kind, ...projectScope(rule)]);
}

/** Rules of the default project keep the scope they always had. */
function projectScope({ project }: AlertRuleInput): string[] {
  return project === defaultProject ? [] : [project];
}

interface Look {
  fingerprint: string;
  labels: Labels;
  series: readonly SeriesPoints[];
  nowMs: number;
}

function evaluateGroup(rule: EvaluatedRule, state: GroupState | undefined, look: Look): GroupEvaluation {
  const { series, nowMs } = look;
  const sameScope = state?.scope === scopeOf(rule);
  const before = state && (sameScope || isOpen(state.status.state)) ? state.status : blankStatus;
  const dataMs = newestAt(series, nowMs);
  const measurement = measure(rule, series, Math.max(dataMs ?? 0, state?.arrivedMs ?? 0), nowMs);
  const verdict = judge(measurement, rule);
  const unit = unitOf(rule, series);
  const transition =
    state && !sameScope && isOpen(state.status.state)
      ? closeStatus(before, nowMs, "the rule has been changed to look at other series, so this alert ends")
      : applyTransition(
          before,
          { verdict, dataMs: dataMs ?? before.dataMs, silent: measurement === "no-data" },
          rule,
          nowMs,
        );
  const sight = sightOf({ rule, labels: look.labels, unit, measurement, verdict });
  const windowFromMs = nowMs - rule.windowMs;
  return {
    fingerprint: look.fingerprint,
    labels: look.labels,
    atMs: nowMs,
    before,
    after: transition.next,
    emit: transition.emit,
    outcome: transition.outcome,
    measurement,
    verdict,
    unit,
    sight,
    reason: `${sight}; ${transition.why}.`,
    inputs: { windowFromMs, windowToMs: nowMs, ...countIn(series, windowFromMs, nowMs) },
  };
}

function measure(
  rule: MeasuredRuleInput,
  series: readonly SeriesPoints[],
  lastSeenMs: number,
  nowMs: number,
): Measurement {
  const overdue = nowMs - lastSeenMs >= rule.noDataAfterMs;
  if (overdue && rule.noData === "alert") return "no-data";
  const value = windowValue(rule, series, nowMs);
  if (value === null) return overdue ? "no-data" : "quiet";
  const measured = rule.type === "rate-of-change" ? changeOver(rule, series, value, nowMs) : value;
  if (measured === null || Number.isNaN(measured)) return "could-not-measure";
  // JSON has no infinity; the largest double crosses the same thresholds.
  return Math.min(Math.max(measured, -Number.MAX_VALUE), Number.MAX_VALUE);
}

function windowValue(rule: MeasuredRuleInput, series: readonly SeriesPoints[], toMs: number): number | null {
  const fromMs = toMs - rule.windowMs;
  const points = between(series, fromMs - counterLookback(rule, series), toMs);
  return aggregateWindow(points, rule.aggregate, fromMs, toMs);
}

/** How far the value lies from that of the earlier window; null where that one was empty. */
function changeOver(
  rule: RateOfChangeRuleInput,
  series: readonly SeriesPoints[],
  value: number,
  nowMs: number,
): number | null {
  const earlier = windowValue(rule, series, nowMs - rule.overMs);
  if (earlier === null) return null;
  if (rule.change === "absolute") return value - earlier;
  return value === earlier ? 0 : (100 * (value - earlier)) / Math.abs(earlier);
}

function counterLookback(
  rule: Pick<MeasuredRuleInput, "aggregate">,
  series: readonly SeriesPoints[],
): number {
  const increases = rule.aggregate === "rate" || rule.aggregate === "increase";
  return increases || series.some(({ distributions }) => distributions) ? counterLookbackMs : 0;
}

/** How far before its window a rule's points are wanted: increases need the point they are counted from. */
export function lookbackMs(rule: MeasuredRuleInput, series: readonly SeriesPoints[]): number {
  return counterLookback(rule, series) + (rule.type === "rate-of-change" ? rule.overMs : 0);
}

function unitOf(rule: MeasuredRuleInput, series: readonly SeriesPoints[]): string | null {
  if (rule.type === "rate-of-change" && rule.change === "percent") return "%";
  const unit = series[0]?.series.unit ?? null;
  switch (rule.aggregate) {
    case "count":
      return null;
    case "rate":
      return unit === null || unit === "1" ? "/s" : `${unit}/s`;
    default:
      return unit;
  }
}

import type { MetricsReceivedV1 } from "../../events/metrics.ts";
import { decodePoints, type SeriesPoints } from "../metrics/index.ts";
import type { Ctx } from "../platform/context.ts";
import { eachInParallel } from "../platform/each-in-parallel.ts";
import { matchesAll } from "../platform/labels/matchers.ts";
import { type AlertRecord, stateOf } from "./alert-record.ts";
import { type AlertStores, commitGroups } from "./commit-groups.ts";
import {
  type EvaluatedRule,
  evaluateRule,
  type GroupEvaluation,
  type GroupState,
  scopeOf,
} from "./evaluate-rule.ts";
import { type MinuteGate, summarise } from "./evaluation-summary.ts";
import { alertIdOf, type Group, groupSeries } from "./group.ts";
import type { ReadyRule, RuleCache } from "./rule-cache.ts";
import type { MeasuredRule } from "./schemas.ts";
import { newestAt, seriesIn, unite } from "./series-points.ts";
import { type ReadDeps, readWindow, type StoredWindow } from "./stored-window.ts";

export interface EvaluateDeps extends AlertStores, ReadDeps {
  rules: RuleCache;
  summaryDue: MinuteGate;
}

const rulesAtOnce = 8;
/** With few open alerts they are all known after one small read; with more, the groups in hand are looked up. */
const fewOpen = 32;
/** A batch of one series may hold an hour of points; its moments are thinned, the newest always kept. */
const maxInstants = 120;

/** A batch of arrived points, and in whose name it is judged. */
export interface Arrived {
  ctx: Ctx;
  batch: MetricsReceivedV1;
}

/** What one batch brought for one rule. */
interface Part {
  of: Arrived;
  /** Of the rule's metric, also those that do not match. */
  seriesCount: number;
  groups: readonly Group[];
}

/**
 * Holds batches of one tenant's arrived points against its rules, in the order of their points, as they build on one
 * another. Each group is judged at the times of its own points, over the batches so far together with what the store
 * has, so late data counts at its own time; data older than what a state rests on changes nothing. A rule reads the
 * store once, or for each batch where that is too much. Handing the same batch in again changes nothing. Returns the batches that a rule failed on, and why;
 * the rule goes on with the next.
 */
export async function evaluateAlerts(
  arrived: readonly Arrived[],
  deps: EvaluateDeps,
): Promise<Map<Arrived, unknown>> {
  const failed = new Map<Arrived, unknown>();
  const [first] = arrived;
  if (!first) return failed;
  const { byMetric } = await deps.rules(first.ctx.tenantId, first.ctx.nowMs);
  const due = new Map<ReadyRule, Part[]>();
  for (const of of arrived.toSorted((a, b) => a.batch.toMs - b.batch.toMs)) {
    try {
      for (const [ready, part] of partsOf(of, byMetric)) due.set(ready, [...(due.get(ready) ?? []), part]);
    } catch (error) {
      failed.set(of, error);
    }
  }
  await eachInParallel([...due], rulesAtOnce, ([ready, parts]) => evaluateOne(ready, parts, failed, deps));
  return failed;
}

/** What the batch brought for each rule on one of its metrics. */
function partsOf(of: Arrived, byMetric: ReadonlyMap<string, readonly ReadyRule[]>): [ReadyRule, Part][] {
  const names = of.batch.metricNames.filter((name) => byMetric.has(name));
  if (names.length === 0) return [];
  const points = decodePoints(Buffer.from(of.batch.packed.base64, "base64"));
  return names.flatMap((name) => {
    const fresh = seriesIn(points, name);
    return (byMetric.get(name) ?? []).map((ready): [ReadyRule, Part] => {
      const matched = fresh.filter(({ series }) => matchesAll(ready.matchers, series.labels));
      const groups = [...groupSeries(ready.rule, matched).values()];
      return [ready, { of, seriesCount: fresh.length, groups }];
    });
  });
}

async function evaluateOne(
  ready: ReadyRule,
  parts: readonly Part[],
  failed: Map<Arrived, unknown>,
  deps: EvaluateDeps,
): Promise<void> {
  const matching = parts.filter(({ groups }) => groups.length > 0);
  let reading: StoredWindow = { groups: new Map() };
  try {
    if (matching.length > 0) reading = await readWindow(ready, matching, deps);
  } catch (error) {
    for (const { of } of matching) failed.set(of, error);
    return;
  }
  if ("refusal" in reading && matching.length > 1) {
    // What one of them reaches back for is too much; that keeps none of the others from being judged.
    for (const part of parts) await evaluateOne(ready, [part], failed, deps);
    return;
  }
  for (const part of parts) {
    try {
      await judgePart(ready.rule, part, reading, deps);
    } catch (error) {
      failed.set(part.of, error);
    }
  }
}

/** Judges the groups of one batch over what the store has, and adds its points to that for the next. */
async function judgePart(
  rule: MeasuredRule,
  { of: { ctx, batch }, seriesCount, groups }: Part,
  reading: StoredWindow,
  deps: EvaluateDeps,
): Promise<void> {
  if (groups.length === 0) {
    const aside = `${seriesCount} series of ${rule.metric} arrived and none matches ${rule.match}, so nothing was judged.`;
    return summariseOnce(ctx, rule, [], aside, deps);
  }
  if ("refusal" in reading) {
    const aside = `${rule.metric} could not be measured: ${reading.refusal} Every alert of the rule stays as it is.`;
    return summariseOnce(ctx, rule, [], aside, deps);
  }
  const open = await deps.openAlerts.someOfRule(ctx.tenantId, rule.id, fewOpen);
  const judged = groups.map((group) => {
    const { fingerprint, series: own } = group;
    const series = unite(reading.groups.get(fingerprint)?.series ?? [], own);
    reading.groups.set(fingerprint, { ...group, series });
    const instants = instantsOf(own, series, ctx.nowMs);
    const evaluate = (record?: AlertRecord) =>
      evaluateAt(rule, record && stateOf(record), { fingerprint, series }, instants);
    return { alertId: alertIdOf(ctx.tenantId, fingerprint), evaluate, asIfNew: evaluate() };
  });
  const concerned = judged.filter(
    ({ alertId, asIfNew }) =>
      asIfNew.some(({ outcome }) => outcome !== null) || !open.complete || open.alertIds.has(alertId),
  );
  const known = await deps.alerts.getMany(
    ctx.tenantId,
    concerned.map(({ alertId }) => alertId),
  );
  await commitGroups(
    ctx,
    rule,
    concerned,
    known,
    { id: ctx.causationId ?? batch.batchId, arrival: true },
    deps,
  );
  const latest = judged.flatMap(({ asIfNew }) => asIfNew.slice(-1));
  await summariseOnce(ctx, rule, latest, null, deps);
}

/** The times of the group's arrived points, and of the newest point known where that is newer. */
function instantsOf(arrived: readonly SeriesPoints[], all: readonly SeriesPoints[], nowMs: number): number[] {
  const times = new Set(arrived.flatMap(({ timesMs }) => Array.from(timesMs, Math.ceil)));
  const newest = newestAt(all, nowMs);
  if (newest !== null) times.add(Math.ceil(newest));
  const sorted = [...times].sort((a, b) => a - b);
  const stride = Math.ceil(sorted.length / maxInstants);
  return sorted.filter((_, i) => (sorted.length - 1 - i) % stride === 0);
}

function evaluateAt(
  rule: EvaluatedRule,
  state: GroupState | undefined,
  group: { fingerprint: string; series: readonly SeriesPoints[] },
  instants: readonly number[],
): GroupEvaluation[] {
  let standing = state;
  return instants.flatMap((atMs) => {
    const states = new Map(standing ? [[group.fingerprint, standing]] : []);
    const evaluations = evaluateRule(rule, states, group.series, atMs);
    for (const { after: status, labels } of evaluations) {
      standing = { status, labels, scope: scopeOf(rule), arrivedMs: atMs };
    }
    return evaluations;
  });
}

async function summariseOnce(
  ctx: Ctx,
  rule: MeasuredRule,
  latest: readonly GroupEvaluation[],
  aside: string | null,
  { decisions, summaryDue }: EvaluateDeps,
): Promise<void> {
  if (!summaryDue(`${ctx.tenantId}|${rule.id}`, ctx.nowMs)) return;
  await decisions.noteEvaluated(ctx.tenantId, summarise(ctx, rule, latest, aside));
}

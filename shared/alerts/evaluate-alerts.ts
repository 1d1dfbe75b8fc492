import type { MetricsReceivedV1 } from "../../events/metrics.ts";
import { decodePoints, type MetricStore, type SeriesPoints } from "../metrics/index.ts";
import type { Ctx } from "../platform/context.ts";
import { eachInParallel } from "../platform/each-in-parallel.ts";
import { LimitExceeded } from "../platform/errors.ts";
import { matchesAll } from "../platform/labels/matchers.ts";
import { type AlertRecord, stateOf } from "./alert-record.ts";
import { type AlertStores, commitGroups } from "./commit-groups.ts";
import {
  type EvaluatedRule,
  evaluateRule,
  type GroupEvaluation,
  type GroupState,
  lookbackMs,
  scopeOf,
} from "./evaluate-rule.ts";
import { type MinuteGate, summarise } from "./evaluation-summary.ts";
import { alertIdOf, type Group, groupSeries } from "./group.ts";
import { narrowTo } from "./narrow.ts";
import type { ReadyRule, RuleCache } from "./rule-cache.ts";
import type { MeasuredRule } from "./schemas.ts";
import { newestAt, seriesIn, unite } from "./series-points.ts";

export interface EvaluateDeps extends AlertStores {
  rules: RuleCache;
  metrics: Pick<MetricStore, "readPoints">;
  summaryDue: MinuteGate;
}

const rulesAtOnce = 8;
/** With few open alerts they are all known after one small read; with more, the groups in hand are looked up. */
const fewOpen = 32;
/** A batch of one series may hold an hour of points; its moments are thinned, the newest always kept. */
const maxInstants = 120;
/** Data this young has no newer data behind it that could have been judged before. */
const freshMs = 5_000;

/**
 * Holds a batch of arrived points against the tenant's rules. Each group is judged at the times of its own
 * points, over the batch together with what the store has, so late data counts at its own time; data older than
 * what a state rests on changes nothing. Handing the same batch in again changes nothing.
 */
export async function evaluateAlerts(ctx: Ctx, batch: MetricsReceivedV1, deps: EvaluateDeps): Promise<void> {
  const { byMetric } = await deps.rules(ctx.tenantId, ctx.nowMs);
  const names = batch.metricNames.filter((name) => byMetric.has(name));
  if (names.length === 0) return;
  const points = decodePoints(Buffer.from(batch.packed.base64, "base64"));
  const due = names.flatMap((name) => {
    const fresh = seriesIn(points, name);
    return (byMetric.get(name) ?? []).map((ready) => ({ ready, fresh }));
  });
  await eachInParallel(due, rulesAtOnce, ({ ready, fresh }) => evaluateOne(ctx, ready, fresh, batch, deps));
}

async function evaluateOne(
  ctx: Ctx,
  ready: ReadyRule,
  fresh: readonly SeriesPoints[],
  batch: MetricsReceivedV1,
  deps: EvaluateDeps,
): Promise<void> {
  const { rule, matchers } = ready;
  const matched = fresh.filter(({ series }) => matchesAll(matchers, series.labels));
  if (matched.length === 0) {
    const aside = `${fresh.length} series of ${rule.metric} arrived and none matches ${rule.match}, so nothing was judged.`;
    return summariseOnce(ctx, rule, [], aside, deps);
  }
  const arrived = groupSeries(rule, matched);
  const [reading, open] = await Promise.all([
    readWindow(ctx, ready, [...arrived.values()], deps),
    deps.openAlerts.someOfRule(ctx.tenantId, rule.id, fewOpen),
  ]);
  if (typeof reading === "string") {
    const aside = `${rule.metric} could not be measured: ${reading} Every alert of the rule stays as it is.`;
    return summariseOnce(ctx, rule, [], aside, deps);
  }
  const groups = groupSeries(rule, unite(reading, matched));
  const judged = [...arrived.values()].map(({ fingerprint, series: own }) => {
    const series = groups.get(fingerprint)?.series ?? own;
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

/** The stored points the batch's windows reach into, or the sentence why they cannot be read. */
async function readWindow(
  ctx: Ctx,
  { rule, matchers }: ReadyRule,
  arrived: readonly Group[],
  deps: EvaluateDeps,
): Promise<SeriesPoints[] | string> {
  const times = arrived.flatMap(({ series }) =>
    series.flatMap(({ timesMs }) => [timesMs[0], timesMs.at(-1)]),
  );
  const { oldest, newest } = spanOf(times);
  const onlyNewest = rule.type === "threshold" && rule.aggregate === "last" && rule.groupBy.includes("*");
  if (onlyNewest && oldest >= ctx.nowMs - freshMs) return [];
  try {
    return await deps.metrics.readPoints(ctx.tenantId, {
      name: rule.metric,
      matchers: narrowTo(
        matchers,
        arrived.map(({ labels }) => labels),
      ),
      fromMs:
        oldest -
        rule.windowMs -
        lookbackMs(
          rule,
          arrived.flatMap(({ series }) => series),
        ),
      toMs: Math.max(newest, ctx.nowMs) + 1,
    });
  } catch (error) {
    if (error instanceof LimitExceeded) return error.message;
    throw error;
  }
}

function spanOf(times: readonly (number | undefined)[]): { oldest: number; newest: number } {
  let oldest = Number.POSITIVE_INFINITY;
  let newest = Number.NEGATIVE_INFINITY;
  for (const time of times) {
    if (time === undefined) continue;
    oldest = Math.min(oldest, time);
    newest = Math.max(newest, time);
  }
  return { oldest: Math.floor(oldest), newest: Math.ceil(newest) };
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

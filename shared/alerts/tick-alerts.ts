import type { MetricStore, SeriesPoints } from "../metrics/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { eachInParallel } from "../platform/each-in-parallel.ts";
import type { Matcher } from "../platform/labels/matchers.ts";
import { type AlertRecord, stateOf } from "./alert-record.ts";
import type { Cause } from "./change.ts";
import { closeAlerts } from "./close-alerts.ts";
import { type AlertStores, commitGroups } from "./commit-groups.ts";
import { evaluateRule, lookbackMs } from "./evaluate-rule.ts";
import { forgetOldAlerts } from "./forget-old-alerts.ts";
import { alertIdOf, groupSeries } from "./group.ts";
import { narrowTo } from "./narrow.ts";
import { readOpenAlerts } from "./read-open-alerts.ts";
import { matchersOf } from "./rule-matchers.ts";
import type { RuleStore, StoredRule } from "./rule-store.ts";
import type { MeasuredRule } from "./schemas.ts";
import { silentSeries } from "./silent-series.ts";
import { isForecastDue, tickForecast } from "./tick-forecast.ts";
import type { TickStore } from "./tick-store.ts";

export interface TickDeps extends AlertStores {
  ruleStore: RuleStore;
  ticks: TickStore;
  metrics: Pick<MetricStore, "readPoints" | "listSeries" | "query">;
  /** Told of each rule that could not be judged; the others go on. */
  onFailure(ruleId: string, error: unknown): void;
}

const rulesAtOnce = 4;
const hourMs = 3_600_000;
/** An evaluator whose rules are a few seconds old may still open an alert of a rule just deleted. */
const deletedRuleLingersMs = 300_000;

/**
 * What the clock decides for one tenant, at the minute the schedule meant: missing data, a `for` or
 * `keepFiringFor` that runs out between points, the alerts of rules deleted or switched off, and the traces that
 * dying processes left. The same minute handed in twice is done once.
 */
export async function tickAlerts(ctx: Ctx, scheduledMs: number, deps: TickDeps): Promise<void> {
  if (!(await deps.ticks.claim(ctx.tenantId, scheduledMs))) return;
  const rules = await deps.ruleStore.listAll(ctx.tenantId);
  await eachInParallel(rules, rulesAtOnce, async (stored) => {
    try {
      await tickRule(ctx, stored, scheduledMs, deps);
    } catch (error) {
      deps.onFailure(stored.rule.id, error);
    }
  });
  if (scheduledMs % hourMs === 0) await forgetOldAlerts(ctx.tenantId, scheduledMs, deps.alerts);
}

async function tickRule(ctx: Ctx, stored: StoredRule, atMs: number, deps: TickDeps): Promise<void> {
  const { rule, deletedBy } = stored;
  const open = await readOpenAlerts(ctx, rule.id, deps);
  const cause: Cause = { id: `tick:${isoTime(atMs)}`, arrival: false };
  if (deletedBy !== null) {
    await closeAlerts(
      ctx,
      rule,
      open,
      `The rule was deleted by ${deletedBy}, so its alert ends`,
      cause,
      deps,
    );
    const deletedMs = Date.parse(rule.updatedAt);
    if (open.size === 0 && ctx.nowMs - deletedMs >= deletedRuleLingersMs) {
      await deps.ruleStore.forget(ctx.tenantId, rule.id);
    }
    return;
  }
  if (!rule.enabled) {
    return closeAlerts(ctx, rule, open, "The rule is switched off, so its alert ends", cause, deps);
  }
  switch (rule.type) {
    case "threshold":
    case "rate-of-change":
      if (open.size > 0 || rule.noData === "alert") await judgeByClock(ctx, rule, open, atMs, cause, deps);
      return;
    case "forecast":
      if (isForecastDue(rule, atMs)) await tickForecast(ctx, rule, atMs, cause, deps);
      return;
    case "anomaly":
      return;
  }
}

async function judgeByClock(
  ctx: Ctx,
  rule: MeasuredRule,
  open: ReadonlyMap<string, AlertRecord>,
  atMs: number,
  cause: Cause,
  deps: TickDeps,
): Promise<void> {
  const matchers = matchersOf(rule);
  const silent =
    rule.noData === "alert" ? await silentSeries(ctx.tenantId, rule, matchers, atMs, deps.metrics) : [];
  const labels = [...open.values()].map(({ groupLabels }) => groupLabels);
  labels.push(...[...groupSeries(rule, silent).values()].map((group) => group.labels));
  if (labels.length === 0) return;
  const points = await readBehind(ctx, rule, narrowTo(matchers, labels), atMs, deps.metrics);
  const shown = new Set(points.map(({ series }) => series.seriesId));
  const groups = groupSeries(rule, [
    ...points,
    ...silent.filter(({ series }) => !shown.has(series.seriesId)),
  ]);

  const concerned = new Map<string, string>();
  for (const record of open.values()) concerned.set(record.fingerprint, record.id);
  for (const fingerprint of groupSeries(rule, silent).keys()) {
    concerned.set(fingerprint, alertIdOf(ctx.tenantId, fingerprint));
  }
  const known = await deps.alerts.getMany(ctx.tenantId, concerned.values());
  const works = [...concerned].map(([fingerprint, alertId]) => ({
    alertId,
    evaluate: (record?: AlertRecord) => {
      const states = new Map(record ? [[fingerprint, stateOf(record)]] : []);
      return evaluateRule(rule, states, groups.get(fingerprint)?.series ?? [], atMs);
    },
  }));
  await commitGroups(ctx, rule, works, known, cause, deps);
}

/** The points that windows and silence at this moment are judged by; histograms need some from before. */
async function readBehind(
  ctx: Ctx,
  rule: MeasuredRule,
  matchers: readonly Matcher[],
  atMs: number,
  metrics: TickDeps["metrics"],
): Promise<SeriesPoints[]> {
  const read = (behindMs: number) =>
    metrics.readPoints(ctx.tenantId, {
      name: rule.metric,
      matchers,
      fromMs: atMs - Math.max(rule.windowMs + behindMs, rule.noDataAfterMs),
      toMs: atMs + 1,
    });
  const points = await read(lookbackMs(rule, []));
  const behindMs = lookbackMs(rule, points);
  return behindMs > lookbackMs(rule, []) ? read(behindMs) : points;
}

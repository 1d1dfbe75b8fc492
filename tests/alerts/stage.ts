import type { Envelope } from "../../events/envelope.ts";
import type { MetricsReceivedV1 } from "../../events/metrics.ts";
import { makeAlertStore } from "../../shared/alerts/alert-store.ts";
import { makeDecisionStore } from "../../shared/alerts/decision-store.ts";
import { type EvaluateDeps, evaluateAlerts } from "../../shared/alerts/evaluate-alerts.ts";
import { makeMinuteGate } from "../../shared/alerts/evaluation-summary.ts";
import { alertIdOf, groupSeries } from "../../shared/alerts/group.ts";
import { makeOpenAlertStore } from "../../shared/alerts/open-alert-store.ts";
import { makeRuleCache } from "../../shared/alerts/rule-cache.ts";
import { makeRuleStore } from "../../shared/alerts/rule-store.ts";
import type { ThresholdRule } from "../../shared/alerts/schemas.ts";
import { type TickDeps, tickAlerts } from "../../shared/alerts/tick-alerts.ts";
import { makeTickStore } from "../../shared/alerts/tick-store.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { newId } from "../../shared/platform/ids.ts";
import { startTestTable } from "../support/table.ts";
import { aCtx, aReceived, aRule, aSeries, noonMs, type Sample } from "./builders.ts";
import { memoryMetrics } from "./memory-metrics.ts";

export type Stage = Awaited<ReturnType<typeof startStage>>;

/** One batch, alone. Throws what a rule failed with. */
export async function evaluateBatch(ctx: Ctx, batch: MetricsReceivedV1, deps: EvaluateDeps): Promise<void> {
  for (const error of (await evaluateAlerts([{ ctx, batch }], deps)).values()) throw error;
}

/** Everything alerts need, on a table of its own; `told` holds the events that reached the bus. */
export async function startStage() {
  const { table, stop } = await startTestTable(() => noonMs);
  const metrics = memoryMetrics();
  const told: Envelope[] = [];
  const quiet = { info: () => {}, warn: () => {}, error: () => {}, measure: () => {} };
  const ruleStore = makeRuleStore(table.telling({ publish: async () => {}, log: quiet }));
  const stores = {
    alerts: makeAlertStore(table),
    openAlerts: makeOpenAlertStore(table),
    decisions: makeDecisionStore(table),
    publish: async (events: readonly Envelope[]) => {
      told.push(...events);
    },
  };
  /** As one warm Lambda would hold it; a second one has its own cache. */
  const evaluatorDeps = () => ({
    ...stores,
    rules: makeRuleCache(ruleStore),
    metrics: metrics.store,
    summaryDue: makeMinuteGate(),
  });

  const tickDeps: TickDeps = {
    ...stores,
    ruleStore,
    ticks: makeTickStore(table),
    metrics: metrics.store,
    onFailure: (ruleId, error) => {
      throw new Error(`Rule ${ruleId} failed in the tick.`, { cause: error });
    },
  };

  return {
    table,
    stop,
    metrics,
    ruleStore,
    ...stores,
    evaluatorDeps,
    tickDeps,
    eventsOf: (tenantId: string) => told.filter((event) => event.tenantId === tenantId),

    /** A tenant with these rules, and the ways to act on it. */
    async tenant(...rules: Partial<ThresholdRule>[]) {
      const tenantId = newId("tenant");
      const saved = rules.map((overrides) => aRule(overrides));
      for (const rule of saved) await ruleStore.save(tenantId, { rule, deletedBy: null }, null);
      const deps = evaluatorDeps();
      const events = () => told.filter((event) => event.tenantId === tenantId);
      return {
        tenantId,
        rules: saved,
        /** The batch arrives at the time of its newest point; with `eventId` it arrives again. */
        async arrive(samples: readonly Sample[], options: { eventId?: string; nowMs?: number } = {}) {
          metrics.keep(tenantId, samples);
          const batch = aReceived(samples);
          const causationId = options.eventId ?? newId("event");
          const ctx = aCtx({ tenantId, causationId, nowMs: options.nowMs ?? batch.toMs });
          await evaluateBatch(ctx, batch, deps);
        },
        tick: (atMs: number) => tickAlerts(aCtx({ tenantId, nowMs: atMs }), atMs, tickDeps),
        events,
        eventTypes: () => events().map(({ type }) => type),
        /** The alert of the first rule for one host. */
        alertOf: (host = "a") => {
          const [fingerprint = ""] = groupSeries(saved[0] ?? aRule(), [aSeries([], { host })]).keys();
          return stores.alerts.get(tenantId, alertIdOf(tenantId, fingerprint));
        },
      };
    },
  };
}

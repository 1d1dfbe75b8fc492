import type { Ctx } from "../platform/context.ts";
import { slowWriteMs } from "./arrival-store.ts";
import type { CompactionState } from "./compaction-store.ts";
import type { MetricStorage } from "./dynamo-metric-store.ts";
import { flushArrivals } from "./flush-arrivals.ts";
import { rollUps } from "./resolution.ts";
import { rollUpMetric } from "./roll-up-metric.ts";
import { metricIdOf } from "./storage/series-ref.ts";

const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;
const hourMs = 3_600_000;
const windowMs = rollUps["5m"].itemMs;
/** A write begun in time has landed by then, or repeats itself. */
const settleMs = 2 * slowWriteMs;
/** Arrivals gather for an hour, or until they are this many: what a reader and a run can hold. */
const manyPoints = 1_000_000;
/** Points later than this after their six hours make the roll-up be made again. */
const lateMs = 1_800_000;
const metricsPerProgress = 25;

/**
 * Brings one tenant's store into its long-lived shape as far as the clock allows: arrivals into chunks, chunks
 * into roll-ups. Any number of runs, at once or cut off anywhere, come to the same store: a lease lets one work,
 * and each step repeats without harm.
 */
export async function compactTenant(ctx: Ctx, storage: MetricStorage): Promise<"compacted" | "not due"> {
  const { tenantId, nowMs } = ctx;
  const begun = await storage.compaction.claim(tenantId, nowMs);
  if (!begun) return "not due";
  let state = begun;
  try {
    const closedMs = Math.floor((nowMs - settleMs) / quarterMs) * quarterMs;
    let untilMs = await nextFlushEnd(tenantId, state, closedMs, storage);
    while (untilMs !== undefined) {
      state = await flushArrivals(tenantId, state, untilMs, storage);
      untilMs = await nextFlushEnd(tenantId, state, closedMs, storage);
    }
    for await (const owed of storage.compaction.owed(tenantId)) {
      await rollUpMetric(tenantId, owed.metricId, owed.windowMs, storage);
      await storage.compaction.settle(tenantId, owed);
    }
    while (state.rolledMs + windowMs + lateMs <= state.flushedMs) {
      state = await rollUpWindow(tenantId, state, storage);
    }
  } finally {
    await storage.compaction.release(tenantId, state);
  }
  const moved = state.flushedMs !== begun.flushedMs || state.rolledMs !== begun.rolledMs;
  return moved ? "compacted" : "not due";
}

/** undefined where what has arrived is better left to gather. */
async function nextFlushEnd(
  tenantId: string,
  { flushedMs }: CompactionState,
  closedMs: number,
  { rates }: MetricStorage,
): Promise<number | undefined> {
  if (closedMs <= flushedMs) return undefined;
  const latestMs = Math.min(closedMs, flushedMs + windowMs);
  let gathered = 0;
  for (const { atMs, points } of await rates.minutes(tenantId, flushedMs, latestMs)) {
    gathered += points;
    if (gathered >= manyPoints) return Math.min(latestMs, atMs + minuteMs);
  }
  return latestMs - flushedMs >= hourMs ? latestMs : undefined;
}

/** Notes how far it came every few metrics, so that a tenant with very many still gets through. */
async function rollUpWindow(
  tenantId: string,
  begun: CompactionState,
  storage: MetricStorage,
): Promise<CompactionState> {
  let state = begun;
  let done = 0;
  const names = storage.index.namesAfter(tenantId, state.rolledMetric, state.rolledMs);
  for await (const name of names) {
    await rollUpMetric(tenantId, metricIdOf(name), state.rolledMs, storage);
    if (++done % metricsPerProgress === 0) {
      state = await storage.compaction.progress(tenantId, { ...state, rolledMetric: name });
    }
  }
  return storage.compaction.progress(tenantId, {
    ...state,
    rolledMs: state.rolledMs + windowMs,
    rolledMetric: "",
  });
}

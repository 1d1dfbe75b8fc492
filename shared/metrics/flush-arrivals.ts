import type { Item } from "../platform/aws/tenant-table.ts";
import { type ArrivalStore, arrivalGroups } from "./arrival-store.ts";
import type { ChunkStore } from "./chunk-store.ts";
import type { CompactionState, CompactionStore, OwedRollUp } from "./compaction-store.ts";
import { counterLookbackMs } from "./rate.ts";
import { rollUps } from "./resolution.ts";
import { mergeTables, splitByMetric, splitByWindow } from "./storage/point-table.ts";
import { choiceOf } from "./storage/series-ref.ts";
import { windowStart } from "./windows.ts";

const hourMs = 3_600_000;
const itemsAtOnce = 200;
const windowMs = rollUps["5m"].itemMs;

export interface FlushDeps {
  arrivals: ArrivalStore;
  chunks: ChunkStore;
  compaction: CompactionStore;
}

/**
 * Sorts what arrived from state.flushedMs until `untilMs` into chunks by metric and hour. Chunks are a function
 * of the arrivals alone and the state moves last, so a run that dies is simply run again. Late points make their
 * hour's roll-ups owed. Returns the state after it.
 */
export async function flushArrivals(
  tenantId: string,
  state: CompactionState,
  untilMs: number,
  deps: FlushDeps,
): Promise<CompactionState> {
  for (const group of arrivalGroups) {
    const sections = await deps.arrivals.read(tenantId, [group], state.flushedMs, untilMs);
    if (sections.length === 0) continue;
    const table = mergeTables(sections.map((section) => section.decode(choiceOf(() => true))));
    const flush = { fromMs: state.flushedMs, toMs: untilMs, group };
    const owed = new Map<string, OwedRollUp>();
    let items: Item[] = [];
    for (const [metricId, own] of splitByMetric(table)) {
      for (const [startMs, points] of splitByWindow(own, hourMs)) {
        items.push(...deps.chunks.pack(metricId, startMs, flush, points));
        for (const one of owedBy(metricId, startMs, state)) owed.set(`${one.windowMs}#${metricId}`, one);
      }
      if (items.length < itemsAtOnce) continue;
      await deps.chunks.save(tenantId, items);
      items = [];
    }
    await deps.chunks.save(tenantId, items);
    await deps.compaction.owe(tenantId, [...owed.values()]);
  }
  return deps.compaction.progress(tenantId, { ...state, flushedMs: untilMs });
}

/** A late point changes its own window, and the increase of the first point after it, which may lie in the next. */
function owedBy(metricId: string, startMs: number, state: CompactionState): OwedRollUp[] {
  const rolledUntilMs = state.rolledMetric === "" ? state.rolledMs : state.rolledMs + windowMs;
  const first = windowStart(startMs + 1, windowMs);
  const last = windowStart(startMs + hourMs + counterLookbackMs, windowMs);
  return [...new Set([first, last])]
    .filter((start) => start < rolledUntilMs)
    .map((start) => ({ metricId, windowMs: start }));
}

import { tallyPoints } from "./aggregate.ts";
import type { ChunkStore } from "./chunk-store.ts";
import { isDistribution } from "./points.ts";
import { counterLookbackMs } from "./rate.ts";
import { rollUps } from "./resolution.ts";
import type { RollUpStore } from "./roll-up-store.ts";
import { gather } from "./storage/open-section.ts";
import { columnsOf, type PointTable } from "./storage/point-table.ts";
import { choiceOf } from "./storage/series-ref.ts";
import type { TallyColumn } from "./storage/tally-pack.ts";
import { addLater, emptyTally, type Tally } from "./tally.ts";

const five = rollUps["5m"];
const hourly = rollUps["1h"];
/** Six hours of so many series fit a function's memory, however many the metric has. */
const seriesAtOnce = 500;

/**
 * Rolls one metric's raw points of six hours up to 5 min, and the day so far to 1 h. Computed from what is stored
 * and written over what was there, so it may run any number of times.
 */
export async function rollUpMetric(
  tenantId: string,
  metricId: string,
  windowMs: number,
  deps: { chunks: ChunkStore; rollUps: RollUpStore },
): Promise<void> {
  const range = { fromMs: windowMs - counterLookbackMs, toMs: windowMs + five.itemMs + 1 };
  const sections = await deps.chunks.read(tenantId, metricId, range.fromMs, range.toMs);
  const ids = [...new Set(sections.flatMap(({ refs }) => refs.map((ref) => ref.seriesId)))];
  for (let at = 0; at < ids.length; at += seriesAtOnce) {
    const some = new Set(ids.slice(at, at + seriesAtOnce));
    const table = gather(
      sections,
      choiceOf(({ seriesId }) => some.has(seriesId)),
      range,
    );
    await rollUpTable(tenantId, metricId, windowMs, table, deps.rollUps);
  }
}

async function rollUpTable(
  tenantId: string,
  metricId: string,
  windowMs: number,
  table: PointTable,
  store: RollUpStore,
): Promise<void> {
  const fiveMinutes = tallyTable(table, windowMs);
  await store.save(tenantId, store.pack("5m", metricId, windowMs, fiveMinutes));

  const dayMs = Math.floor(windowMs / hourly.itemMs) * hourly.itemMs;
  const day = { fromMs: dayMs, toMs: dayMs + hourly.itemMs };
  const stored = await store.read(tenantId, "5m", metricId, day, [...fiveMinutes.keys()]);
  for (const [seriesId, column] of fiveMinutes) stored.set(seriesId, overlaid(stored.get(seriesId), column));
  const hours = new Map([...stored].map(([seriesId, column]) => [seriesId, coarser(column)]));
  await store.save(tenantId, store.pack("1h", metricId, dayMs, hours));
}

function tallyTable(table: PointTable, windowMs: number): Map<string, TallyColumn> {
  const windows = {
    fromMs: windowMs,
    toMs: windowMs + five.itemMs,
    widthMs: five.widthMs,
    count: five.itemMs / five.widthMs,
  };
  const bySeries = new Map<string, TallyColumn>();
  table.refs.forEach((ref, i) => {
    const columns = columnsOf(table, i);
    const distributions = isDistribution(ref) ? (columns.distributions ?? []) : null;
    const column: TallyColumn = { startsMs: [], tallies: [] };
    tallyPoints({ series: ref, ...columns, distributions }, windows, "roll-up").forEach((tally, at) => {
      if (!tally) return;
      column.startsMs.push(windowMs + at * five.widthMs);
      column.tallies.push(tally);
    });
    if (column.tallies.length > 0) bySeries.set(ref.seriesId, column);
  });
  return bySeries;
}

/** The stored tallies with the fresh ones in place of theirs, in time order. */
function overlaid(stored: TallyColumn | undefined, fresh: TallyColumn): TallyColumn {
  const byStart = new Map<number, Tally>();
  for (const { startsMs, tallies } of [stored ?? { startsMs: [], tallies: [] }, fresh]) {
    startsMs.forEach((startMs, i) => {
      const tally = tallies[i];
      if (tally) byStart.set(startMs, tally);
    });
  }
  const ordered = [...byStart].sort(([a], [b]) => a - b);
  return { startsMs: ordered.map(([startMs]) => startMs), tallies: ordered.map(([, tally]) => tally) };
}

function coarser({ startsMs, tallies }: TallyColumn): TallyColumn {
  const hours: TallyColumn = { startsMs: [], tallies: [] };
  tallies.forEach((tally, i) => {
    const hourMs = Math.floor((startsMs[i] ?? 0) / hourly.widthMs) * hourly.widthMs;
    if (hours.startsMs.at(-1) !== hourMs) {
      hours.startsMs.push(hourMs);
      hours.tallies.push(emptyTally());
    }
    const hour = hours.tallies.at(-1);
    if (hour) addLater(hour, tally);
  });
  return hours;
}

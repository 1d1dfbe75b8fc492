import type { Distribution, PointBatch } from "../points.ts";
import { windowStart } from "../windows.ts";
import { refOf, type SeriesRef } from "./series-ref.ts";

/**
 * Points by series: those of `refs[i]` lie from offsets[i] to offsets[i+1], in time order, one per timestamp.
 * `distributions` is keyed by the position of the point.
 */
export interface PointTable {
  refs: SeriesRef[];
  offsets: Uint32Array;
  timesMs: Float64Array;
  startTimesMs: Float64Array;
  values: Float64Array;
  distributions: Map<number, Distribution>;
}

/** Points in any order and with repetitions, and the index of the series each belongs to. */
interface LoosePoints {
  seriesIndex: ArrayLike<number>;
  timesMs: Float64Array;
  startTimesMs: Float64Array;
  values: Float64Array;
  distributions: Map<number, Distribution>;
}

/** The points of batches over one and the same list of series. */
export function tableOfBatches(batches: readonly PointBatch[]): PointTable {
  return fold((batches[0]?.series ?? []).map(refOf), batches);
}

/** The union of the tables; what stands in several is in it once. */
export function mergeTables(tables: readonly PointTable[]): PointTable {
  if (tables.length === 1 && tables[0]) return tables[0];
  const refs: SeriesRef[] = [];
  const indexes = new Map<string, number>();
  const parts = tables.map((table) => {
    const own = table.refs.map((ref) => {
      const known = indexes.get(ref.seriesId);
      if (known !== undefined) return known;
      indexes.set(ref.seriesId, refs.length);
      return refs.push(ref) - 1;
    });
    const seriesIndex = new Uint32Array(table.values.length);
    own.forEach((index, i) => {
      seriesIndex.fill(index, table.offsets[i], table.offsets[i + 1]);
    });
    return { ...table, seriesIndex };
  });
  return fold(refs, parts);
}

/** The part of the table that `keep` says yes to. Series that keep no point are left out. */
export function filterTable(
  table: PointTable,
  keepSeries: (ref: SeriesRef, i: number) => boolean,
  keepTime?: (timeMs: number) => boolean,
): PointTable {
  const indexes: number[] = [];
  table.refs.forEach((ref, i) => {
    if (keepSeries(ref, i)) indexes.push(i);
  });
  return partOf(table, indexes, keepTime);
}

/** The table cut by metric. */
export function splitByMetric(table: PointTable): Map<string, PointTable> {
  const indexes = new Map<string, number[]>();
  table.refs.forEach(({ metricId }, i) => {
    const own = indexes.get(metricId);
    if (own) own.push(i);
    else indexes.set(metricId, [i]);
  });
  return new Map([...indexes].map(([metricId, own]) => [metricId, partOf(table, own)]));
}

/** The table cut by the window of this width each point falls in. */
export function splitByWindow(table: PointTable, widthMs: number): Map<number, PointTable> {
  const starts = new Set<number>();
  for (const timeMs of table.timesMs) starts.add(windowStart(timeMs, widthMs));
  if (starts.size === 1) return new Map([...starts].map((startMs) => [startMs, table]));
  const inWindow = (startMs: number) => (timeMs: number) => windowStart(timeMs, widthMs) === startMs;
  return new Map([...starts].map((startMs) => [startMs, filterTable(table, () => true, inWindow(startMs))]));
}

function partOf(
  table: PointTable,
  indexes: readonly number[],
  keepTime?: (timeMs: number) => boolean,
): PointTable {
  const refs: SeriesRef[] = [];
  const offsets = [0];
  const kept: number[] = [];
  for (const i of indexes) {
    const ref = table.refs[i];
    const before = kept.length;
    for (let at = table.offsets[i] ?? 0; at < (table.offsets[i + 1] ?? 0); at++) {
      if (!keepTime || keepTime(table.timesMs[at] ?? 0)) kept.push(at);
    }
    if (!ref || kept.length === before) continue;
    refs.push(ref);
    offsets.push(kept.length);
  }
  return { refs, offsets: Uint32Array.from(offsets), ...columnsAt(table, kept) };
}

/** The points of one series of the table, as views. */
export function columnsOf(table: PointTable, i: number) {
  const from = table.offsets[i] ?? 0;
  const to = table.offsets[i + 1] ?? 0;
  const distributions: Distribution[] = [];
  for (let at = from; at < to && table.distributions.size > 0; at++) {
    const one = table.distributions.get(at);
    if (one) distributions.push(one);
  }
  return {
    timesMs: table.timesMs.subarray(from, to),
    startTimesMs: table.startTimesMs.subarray(from, to),
    values: table.values.subarray(from, to),
    distributions: distributions.length === to - from && to > from ? distributions : null,
  };
}

/**
 * Sorts by series and time and keeps one point per series and timestamp. Which one depends on the points alone,
 * never on their order: a number beats NaN, the larger value beats the smaller, more observations beat fewer.
 */
function fold(refs: SeriesRef[], parts: readonly LoosePoints[]): PointTable {
  const offsets = new Uint32Array(refs.length + 1);
  for (const { seriesIndex } of parts) {
    for (let i = 0; i < seriesIndex.length; i++) {
      const at = (seriesIndex[i] ?? 0) + 1;
      offsets[at] = (offsets[at] ?? 0) + 1;
    }
  }
  for (let i = 1; i < offsets.length; i++) offsets[i] = (offsets[i] ?? 0) + (offsets[i - 1] ?? 0);
  const total = offsets[refs.length] ?? 0;
  const next = offsets.slice();
  const table: PointTable = {
    refs,
    offsets,
    timesMs: new Float64Array(total),
    startTimesMs: new Float64Array(total),
    values: new Float64Array(total),
    distributions: new Map(),
  };
  for (const part of parts) {
    for (let i = 0; i < part.seriesIndex.length; i++) {
      const series = part.seriesIndex[i] ?? 0;
      const at = next[series] ?? 0;
      next[series] = at + 1;
      table.timesMs[at] = part.timesMs[i] ?? 0;
      table.startTimesMs[at] = part.startTimesMs[i] ?? 0;
      table.values[at] = part.values[i] ?? 0;
      const one = part.distributions.size > 0 ? part.distributions.get(i) : undefined;
      if (one) table.distributions.set(at, one);
    }
  }
  return isOrdered(table) ? table : ordered(table);
}

function isOrdered({ offsets, timesMs }: PointTable): boolean {
  for (let i = 0; i + 1 < offsets.length; i++) {
    for (let at = (offsets[i] ?? 0) + 1; at < (offsets[i + 1] ?? 0); at++) {
      if (!((timesMs[at] ?? 0) > (timesMs[at - 1] ?? 0))) return false;
    }
  }
  return true;
}

function ordered(table: PointTable): PointTable {
  const kept: number[] = [];
  const offsets = new Uint32Array(table.offsets.length);
  for (let i = 0; i < table.refs.length; i++) {
    const from = table.offsets[i] ?? 0;
    const positions = Array.from({ length: (table.offsets[i + 1] ?? 0) - from }, (_, k) => from + k);
    positions.sort((a, b) => (table.timesMs[a] ?? 0) - (table.timesMs[b] ?? 0) || preference(table, a, b));
    let last = Number.NaN;
    for (const at of positions) {
      if (table.timesMs[at] !== last) kept.push(at);
      last = table.timesMs[at] ?? 0;
    }
    offsets[i + 1] = kept.length;
  }
  return { refs: table.refs, offsets, ...columnsAt(table, kept) };
}

function columnsAt(table: PointTable, positions: readonly number[]): Omit<PointTable, "refs" | "offsets"> {
  const pick = (column: Float64Array) => {
    const picked = new Float64Array(positions.length);
    for (let i = 0; i < positions.length; i++) picked[i] = column[positions[i] ?? 0] ?? 0;
    return picked;
  };
  const distributions = new Map<number, Distribution>();
  if (table.distributions.size > 0) {
    positions.forEach((from, to) => {
      const one = table.distributions.get(from);
      if (one) distributions.set(to, one);
    });
  }
  return {
    timesMs: pick(table.timesMs),
    startTimesMs: pick(table.startTimesMs),
    values: pick(table.values),
    distributions,
  };
}

/** Negative when the point at `a` is to be kept. */
function preference(table: PointTable, a: number, b: number): number {
  const left = table.distributions.get(a);
  const right = table.distributions.get(b);
  return (
    larger(left?.count ?? Number.NaN, right?.count ?? Number.NaN) ||
    larger(table.values[a] ?? 0, table.values[b] ?? 0) ||
    larger(table.startTimesMs[a] ?? 0, table.startTimesMs[b] ?? 0) ||
    compareText(left, right)
  );
}

function larger(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : a > b ? -1 : 1;
}

function compareText(a: Distribution | undefined, b: Distribution | undefined): number {
  if (!a && !b) return 0;
  const left = JSON.stringify(a);
  const right = JSON.stringify(b);
  return left === right ? 0 : left < right ? -1 : 1;
}

import { isDistribution, type Series, type SeriesPoints } from "./points.ts";
import { emptyTally, type Tally } from "./tally.ts";
import { pointOf } from "./timestream-record.ts";
import { pointMeasure } from "./timestream-sql.ts";

/** A point on its way from rows to columns. */
export interface CollectedPoint {
  timeMs: number;
  startMs: number;
  value: number;
  details: string[];
}

/** Rows come by series, time and measure name, so a point's first part comes first. */
export function collect(into: Map<string, CollectedPoint[]>, row: readonly (string | null)[]): void {
  const [seriesId = "", timeMs, measureName, value, startMs, detail] = row;
  const points = into.get(seriesId ?? "") ?? [];
  into.set(seriesId ?? "", points);
  if (measureName === pointMeasure) {
    points.push({
      timeMs: Number(timeMs),
      startMs: Number(startMs),
      value: Number(value),
      details: [detail ?? ""],
    });
  } else points.at(-1)?.details.push(detail ?? "");
}

export function seriesPoints(series: Series, collected: readonly CollectedPoint[]): SeriesPoints {
  const distributed = isDistribution(series);
  const points = collected.map(({ value, details }) => pointOf(value, details, distributed));
  return {
    series,
    timesMs: Float64Array.from(collected, ({ timeMs }) => timeMs),
    startTimesMs: Float64Array.from(collected, ({ startMs }) => startMs),
    values: Float64Array.from(points, ({ value }) => value),
    distributions: distributed ? points.flatMap(({ distribution }) => distribution ?? []) : null,
  };
}

/** A statement knows one rule for increases, so series of different kinds are asked for apart. */
export function byKind(series: ReadonlyMap<string, Series>): Map<string, Series>[] {
  const kinds = new Map<string, Map<string, Series>>();
  for (const [id, one] of series) {
    const kind = `${one.type} ${one.temporality} ${one.monotonic}`;
    const alike = kinds.get(kind) ?? new Map<string, Series>();
    kinds.set(kind, alike.set(id, one));
  }
  return [...kinds.values()];
}

/** A row of windowsStatement. */
export function tallyOf(row: readonly (string | null)[]): Tally {
  const number = (at: number) => Number(row[at] ?? Number.NaN);
  const tally = emptyTally();
  tally.count = number(2);
  tally.sum = number(3);
  tally.min = number(4);
  tally.max = number(5);
  tally.lastSum = number(6);
  tally.lastSeries = 1;
  tally.increase = number(7);
  return tally;
}

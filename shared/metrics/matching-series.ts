import { type Matcher, matchesAll } from "../platform/labels/matchers.ts";
import { type Distribution, isDistribution, type Series, type SeriesPoints } from "./points.ts";
import { columnsOf, type PointTable } from "./storage/point-table.ts";

/** The series whose labels fit, by id. */
export function matchingSeries(series: Iterable<Series>, matchers: readonly Matcher[]): Map<string, Series> {
  const fitting = new Map<string, Series>();
  for (const one of series) if (matchesAll(matchers, one.labels)) fitting.set(one.seriesId, one);
  return fitting;
}

/** The points of a table by series, in the order of their ids. */
export function seriesPointsOf(table: PointTable, series: ReadonlyMap<string, Series>): SeriesPoints[] {
  const all = table.refs.flatMap((ref, i) => {
    const one = series.get(ref.seriesId);
    if (!one) return [];
    const columns = columnsOf(table, i);
    const distributions: Distribution[] | null = isDistribution(one) ? (columns.distributions ?? []) : null;
    return [{ series: one, ...columns, distributions }];
  });
  return all.sort((a, b) => (a.series.seriesId < b.series.seriesId ? -1 : 1));
}

import type { ForecastResult } from "../../../../shared/anomalies/schemas.ts";
import type { ChartBand, ChartSeries } from "../../components/chart-model.ts";

export type ForecastGroup = ForecastResult["groups"][number];
type Column = (number | null)[];

interface ForecastLines {
  timesMs: number[];
  series: ChartSeries[];
  band: ChartBand | undefined;
}

/** What is known and what is foreseen of a group as one drawing: the forecast and its band begin at the last known value. */
export function forecastLines(
  { history, timesMs, values, low, high }: ForecastGroup,
  stepMs: number,
): ForecastLines {
  const past = withGaps(history.timesMs, history.values, stepMs);
  const lastMs = history.timesMs.at(-1);
  const last = history.values.at(-1);
  const known: ChartSeries = { key: "known", name: "so far", values: past.values };
  if (timesMs.length === 0 || lastMs === undefined || last === undefined)
    return { timesMs: past.timesMs, series: [known], band: undefined };
  const beforeLast = past.timesMs.slice(0, -1).map(() => null);
  return {
    timesMs: [...past.timesMs, ...timesMs],
    series: [
      { ...known, values: [...past.values, ...timesMs.map(() => null)] },
      { key: "foreseen", name: "forecast", values: [...beforeLast, last, ...values], continues: true },
    ],
    band: { timesMs: [lastMs, ...timesMs], low: [last, ...low], high: [last, ...high] },
  };
}

/** A history names only the times it has values for; where some are missing between them the line is to break. */
function withGaps(timesMs: readonly number[], values: readonly number[], stepMs: number) {
  const filled: { timesMs: number[]; values: Column } = { timesMs: [], values: [] };
  timesMs.forEach((atMs, index) => {
    const beforeMs = timesMs[index - 1];
    if (beforeMs !== undefined && atMs - beforeMs > 1.5 * stepMs) {
      filled.timesMs.push(beforeMs + stepMs);
      filled.values.push(null);
    }
    filled.timesMs.push(atMs);
    filled.values.push(values[index] ?? null);
  });
  return filled;
}

/** Which group to look at first: the one that reaches the limit soonest, then one that has a forecast. */
export function mostPressing(groups: readonly ForecastGroup[]): ForecastGroup | undefined {
  const reachedMs = ({ reachesLimit: { probablyAt, earliestAt } }: ForecastGroup) => {
    if (probablyAt !== null) return Date.parse(probablyAt);
    return earliestAt === null ? Number.POSITIVE_INFINITY : Date.parse(earliestAt) + tieMs;
  };
  return groups.toSorted(
    (a, b) => reachedMs(a) - reachedMs(b) || Number(a.refused !== null) - Number(b.refused !== null),
  )[0];
}

/** What will probably be reached comes before what only may be. */
const tieMs = 365 * 86_400_000;

import type { SeriesPoints } from "./points.ts";
import { resultOf, SeriesTallies } from "./query-result.ts";
import type { Aggregate, MetricQueryResult } from "./schemas.ts";
import { windowsOver } from "./windows.ts";

/** Points already read, drawn as `MetricStore.query` would draw them; NaN and infinite values are null. */
export function aggregateSteps(
  points: readonly SeriesPoints[],
  input: { aggregate: Aggregate; groupBy: readonly string[]; fromMs: number; toMs: number; stepMs: number },
): MetricQueryResult {
  const windows = windowsOver(input.fromMs, input.toMs, input.stepMs);
  const tallies = new SeriesTallies(windows, input.aggregate);
  for (const one of points) tallies.addPoints(one, windows.fromMs);
  const { name = "", unit = null, type = "gauge" as const } = points[0]?.series ?? {};
  const asked = { ...input, name, matchers: [] };
  return resultOf(asked, { unit, type }, { resolution: "raw", windows }, tallies);
}

import type { Series } from "../metrics/index.ts";
import type { MetricType } from "../metrics/schemas.ts";
import { tooLong } from "./label-base.ts";
import { limits } from "./limits.ts";

/** What every point of one metric shares. */
export interface MetricHead extends Omit<Series, "seriesId" | "labels"> {
  /** Why none of its points can be taken, or null. */
  fault: string | null;
}

/** OTLP's AggregationTemporality. */
const temporalities: Record<number, "delta" | "cumulative"> = { 1: "delta", 2: "cumulative" };

/** The head of a metric as OTLP tells it; `temporality` counts for sums and histograms only. */
export function metricHead(
  name: string,
  unit: string,
  type: MetricType,
  temporality: number,
  monotonic: boolean,
): MetricHead {
  const spans = type === "sum" || type === "histogram" || type === "exponential_histogram";
  const known = spans ? (temporalities[temporality] ?? null) : null;
  return {
    name,
    unit: unit === "" ? null : unit,
    type,
    temporality: known,
    monotonic: type === "sum" && monotonic,
    fault: textFault(name, unit) ?? (spans && known === null ? unspecified(temporality) : null),
  };
}

function textFault(name: string, unit: string): string | null {
  if (name === "") return "the metric has no name; name it";
  return tooLong("the name", name, limits.nameBytes) ?? tooLong("the unit", unit, limits.unitBytes);
}

function unspecified(temporality: number): string {
  return `aggregationTemporality is ${temporality}; say 1 (delta) or 2 (cumulative)`;
}

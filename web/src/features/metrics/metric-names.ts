import { useQuery } from "@tanstack/react-query";
import type { Aggregate, MetricInfo, MetricList } from "../../../../shared/metrics/schemas.ts";
import { api } from "../../lib/api.ts";
import { forecastAggregates } from "../../lib/contract.ts";
import { knownUnit } from "../../lib/known-units.ts";

const pageSize = 500;
const pagesAtMost = 10;
/** On a new installation somebody is waiting for the first metric to appear. */
const waitingForFirstMs = 2_000;

/** Every metric there is, for picking by name; read page by page, at most 5,000. */
export function useMetricNames() {
  return useQuery({
    queryKey: ["metrics", "names"],
    queryFn: ({ signal }) => readAll(signal),
    staleTime: 15_000,
    refetchInterval: ({ state }) => (state.data?.length ? 15_000 : waitingForFirstMs),
  });
}

async function readAll(signal: AbortSignal): Promise<MetricInfo[]> {
  const all: MetricInfo[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pagesAtMost; page++) {
    const list: MetricList = await api.get<MetricList>("/api/metrics", { limit: pageSize, cursor }, signal);
    all.push(...list.items.map((metric) => ({ ...metric, unit: knownUnit(metric.name, metric.unit) })));
    cursor = list.cursor;
    if (cursor === null) break;
  }
  return all;
}

/** What one mostly wants to see of a metric: rates of counters, the slow end of histograms, the mean of gauges. */
export function defaultAggregate(metric: Pick<MetricInfo, "type" | "monotonic"> | undefined): Aggregate {
  switch (metric?.type) {
    case "sum":
      return metric.monotonic ? "rate" : "last";
    case "histogram":
    case "exponential_histogram":
    case "summary":
      return "p95";
    default:
      return "avg";
  }
}

/** The aggregate to look ahead with: the same where it can be told ahead, else the mean. */
export const forecastAggregateOf = (aggregate: Aggregate): (typeof forecastAggregates)[number] =>
  forecastAggregates.find((one) => one === aggregate) ?? "avg";

/** The unit of what an aggregate makes of a metric: a rate of bytes is bytes per second, a count has none. */
export function unitOf(unit: string | null, aggregate: Aggregate): string | null {
  if (aggregate === "count") return null;
  if (aggregate !== "rate") return unit;
  return unit === null || unit === "1" ? "/s" : `${unit}/s`;
}

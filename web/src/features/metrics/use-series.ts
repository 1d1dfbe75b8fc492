import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Aggregate, MetricQueryResult } from "../../../../shared/metrics/schemas.ts";
import { api } from "../../lib/api.ts";
import { knownUnit } from "../../lib/known-units.ts";

export interface SeriesAsked {
  name: string;
  match?: string;
  aggregate: Aggregate;
  groupBy?: string;
  from: string;
  to: string;
  stepMs?: number;
}

/** One metric query; the drawn chart stays while the next answer is on its way. */
export function useSeries(asked: SeriesAsked, options: { refetchMs?: number; enabled?: boolean } = {}) {
  return useQuery({
    queryKey: ["metrics", "query", asked],
    queryFn: async ({ signal }) => {
      const result = await api.get<MetricQueryResult>("/api/metrics/query", { ...asked }, signal);
      return { ...result, unit: knownUnit(result.name, result.unit) };
    },
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
    ...(options.refetchMs === undefined ? {} : { refetchInterval: options.refetchMs }),
  });
}

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ForecastResult } from "../../../../shared/anomalies/schemas.ts";
import { api } from "../../lib/api.ts";
import { knownUnit } from "../../lib/known-units.ts";

export interface ForecastAsked {
  name: string;
  match: string;
  aggregate: string;
  groupBy: string;
  horizonMs: number;
  limit: number | undefined;
}

const refetchMs = 5 * 60_000;

/** Where a metric is heading; the drawn forecast stays while the next is worked out. */
export function useForecast(asked: ForecastAsked) {
  return useQuery({
    queryKey: ["metrics", "forecast", asked],
    queryFn: async ({ signal }) => {
      const result = await api.get<ForecastResult>("/api/metrics/forecast", { ...asked }, signal);
      return { ...result, unit: knownUnit(result.name, result.unit) };
    },
    placeholderData: keepPreviousData,
    refetchInterval: refetchMs,
    retry: false,
  });
}

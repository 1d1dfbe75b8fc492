import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Anomaly, BandsResult, SeriesBands } from "../../../../shared/anomalies/schemas.ts";
import type { Aggregate } from "../../../../shared/metrics/schemas.ts";
import type { ChartBand, ChartSpan } from "../../components/chart-model.ts";
import { api } from "../../lib/api.ts";

export interface BandsAsked {
  name: string;
  match: string;
  from: string;
  to: string;
}

const refetchMs = 60_000;

/** What was expected of the series of a metric, and what was unusual about them; a chart is whole without it. */
export function useBands(asked: BandsAsked, options: { live?: boolean; enabled?: boolean } = {}) {
  return useQuery({
    queryKey: ["anomalies", "bands", asked],
    queryFn: ({ signal }) => api.get<BandsResult>("/api/anomalies/bands", { ...asked }, signal),
    placeholderData: keepPreviousData,
    retry: false,
    enabled: options.enabled ?? true,
    ...(options.live ? { refetchInterval: refetchMs } : {}),
  });
}

const shows: Record<SeriesBands["signal"], readonly Aggregate[]> = {
  value: ["avg", "last", "min", "max"],
  rate: ["rate"],
  mean: ["avg"],
};

/** The band to draw behind a chart of one line: only where the detector watches what the line shows. */
export function bandOf(bands: BandsResult | undefined, aggregate: Aggregate): ChartBand | undefined {
  const [only, ...others] = bands?.series ?? [];
  if (!bands || !only || others.length > 0 || !shows[only.signal].includes(aggregate)) return undefined;
  return { timesMs: bands.timesMs, expected: only.expected, low: only.low, high: only.high };
}

/** Where something was unusual: shaded as a warning where it may page, as a hint where it is only watched. */
export function spansOf(anomalies: readonly Anomaly[], nowMs: number): ChartSpan[] {
  return anomalies.map(({ startedAt, endedAt, mode }) => ({
    fromMs: Date.parse(startedAt),
    toMs: endedAt === null ? nowMs : Date.parse(endedAt),
    severity: mode === "paging" ? "warning" : "info",
  }));
}

import type { Aggregate, MetricInfo } from "../../../../shared/metrics/schemas.ts";
import { aggregates } from "../../lib/contract.ts";
import type { TimeRange } from "../../lib/time-range.ts";
import { oneOf, type Patch, useUrlState } from "../../lib/url-state.ts";
import { defaultAggregate } from "./metric-names.ts";

/** How far ahead one can look. */
export const horizons = [
  { value: "1d", label: "1 d", ms: 86_400_000 },
  { value: "7d", label: "7 d", ms: 604_800_000 },
  { value: "30d", label: "30 d", ms: 2_592_000_000 },
] as const;
export type Horizon = (typeof horizons)[number]["value"];

/** Everything the explorer shows, as it stands in the address. */
export interface ExplorerState {
  name: string;
  match: string;
  aggregate: Aggregate;
  groupBy: readonly string[];
  range: TimeRange;
  /** A person chose the range; otherwise it is the last hour, or as much of it as there is. */
  isRangePicked: boolean;
  /** How far ahead to look; undefined = not at all. */
  forecast: Horizon | undefined;
  /** The value whose reaching the forecast is asked for. */
  limit: number | undefined;
}

/** The explorer's state and how to change it; without an aggregate in the address the metric's own default holds. */
export function useExplorerState(metrics: readonly MetricInfo[]): [ExplorerState, (patch: Patch) => void] {
  const [params, patch] = useUrlState();
  const name = params.get("name") ?? "";
  const metric = metrics.find((one) => one.name === name);
  const state: ExplorerState = {
    name,
    match: params.get("match") ?? "{}",
    aggregate: oneOf(params.get("agg"), aggregates) ?? defaultAggregate(metric),
    groupBy: (params.get("by") ?? "").split(",").filter(Boolean),
    range: { from: params.get("from") ?? "-1h", to: params.get("to") ?? "now" },
    isRangePicked: params.has("from"),
    forecast: horizons.find(({ value }) => value === params.get("forecast"))?.value,
    limit: limitOf(params.get("limit")),
  };
  return [state, patch];
}

function limitOf(text: string | null): number | undefined {
  const value = Number(text);
  return text === null || text === "" || !Number.isFinite(value) ? undefined : value;
}

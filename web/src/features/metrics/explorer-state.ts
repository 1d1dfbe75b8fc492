import type { Aggregate, MetricInfo } from "../../../../shared/metrics/schemas.ts";
import { aggregates } from "../../lib/contract.ts";
import type { TimeRange } from "../../lib/time-range.ts";
import { oneOf, type Patch, useUrlState } from "../../lib/url-state.ts";
import { defaultAggregate } from "./metric-names.ts";

/** Everything the explorer shows, as it stands in the address. */
export interface ExplorerState {
  name: string;
  match: string;
  aggregate: Aggregate;
  groupBy: readonly string[];
  range: TimeRange;
  /** A person chose the range; otherwise it is the last hour, or as much of it as there is. */
  isRangePicked: boolean;
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
  };
  return [state, patch];
}

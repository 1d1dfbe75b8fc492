import type { Deployment } from "../deployments/schemas.ts";
import { alertTimeOf } from "./alert-time.ts";
import type { Measured } from "./measure.ts";
import type { CauseCase, Precedent } from "./ranking/case.ts";
import type { Scope, Window } from "./scope.ts";

/** What the ranking is asked: numbers, names and times; no text that anybody wrote. */
export function buildCase(
  { incident, reach, targetMetric }: Scope,
  { startMs }: Window,
  found: {
    measured: readonly Measured[];
    deployments: readonly Deployment[];
    precedents: readonly Precedent[];
  },
): CauseCase {
  const series = found.measured.map((one) => one.series);
  return {
    id: incident.id,
    alertTime: alertTimeOf(series, startMs),
    target: { service: reach.target, metric: targetMetric },
    graph: {
      nodes: reach.entities,
      edges: reach.edges.map(({ caller, callee }) => [caller, callee]),
    },
    series,
    deployments: found.deployments.map(({ at, service, version }) => ({
      t: Date.parse(at) / 1000,
      service,
      version,
    })),
    precedents: [...found.precedents],
  };
}

import type { CauseCase } from "./case.ts";

export interface Topology {
  callees: (service: string) => readonly string[];
  callers: (service: string) => readonly string[];
  /** Calls from the alerting service down to this one; undefined where no path is known. */
  distance: (service: string) => number | undefined;
  known: boolean;
}

/** Who calls whom: from the declared edges, peers of series, and parents in traces. */
export function topologyOf(given: CauseCase): Topology {
  const callees = new Map<string, Set<string>>();
  const callers = new Map<string, Set<string>>();
  const connect = (caller: string, callee: string) => {
    if (caller === callee) return;
    callees.set(caller, (callees.get(caller) ?? new Set()).add(callee));
    callers.set(callee, (callers.get(callee) ?? new Set()).add(caller));
  };
  for (const [caller, callee] of given.graph.edges) connect(caller, callee);
  for (const span of given.traces?.spans ?? [])
    if (span.parentService !== null) connect(span.parentService, span.service);
  const distances = new Map([[given.target.service, 0]]);
  const queue = [given.target.service];
  for (const service of queue)
    for (const callee of callees.get(service) ?? [])
      if (!distances.has(callee)) {
        distances.set(callee, (distances.get(service) ?? 0) + 1);
        queue.push(callee);
      }
  return {
    callees: (service) => [...(callees.get(service) ?? [])],
    callers: (service) => [...(callers.get(service) ?? [])],
    distance: (service) => distances.get(service),
    known: callees.size > 0,
  };
}

import type { Observation } from "../services/index.ts";
import type { Service } from "../services/schemas.ts";

export interface Edge {
  caller: string;
  callee: string;
}

/** What an incident may have come from: the service that was alerted on, and what is near it. */
export interface Reach {
  target: string;
  /** Services and hosts, the nearest first; the target is the first. */
  entities: string[];
  /** Calls among them. */
  edges: Edge[];
  /** The metrics that they send, those of the nearest first. */
  metrics: string[];
  /** Nobody declared a call of the target, and no telemetry shows one; so everything there is was taken in. */
  topologyUnknown: boolean;
  /** Named as a callee, but nothing of their own is measured. */
  unmeasured: string[];
  /** Metrics beyond the budget. */
  metricsLeftOut: number;
}

export interface Known {
  services: readonly Service[];
  /** By service or host: where it runs and what it sends. */
  seen: Observation;
}

const maxHops = 3;
export const maxEntities = 60;
export const maxMetrics = 150;

/**
 * The target, its callers and callees up to three calls away, the hosts they run on, and what shares the target's
 * hosts. Where no call of the target is known, every service there is, as far as the budget goes.
 */
export function reachOf(target: string, { services, seen }: Known): Reach {
  const all = edgesOf(services, seen);
  const near = byDistance(target, all);
  const topologyUnknown = near.length === 1;
  const hosts = (entity: string) => [...(seen.get(entity)?.hosts.keys() ?? [])];
  const own = new Set(hosts(target));
  const neighbours = [...seen.keys()].filter((entity) => hosts(entity).some((host) => own.has(host)));
  const others = topologyUnknown ? [...seen.keys()].sort() : [];
  const entities = [
    ...new Set([...near, ...own, ...neighbours.sort(), ...near.flatMap(hosts), ...others]),
  ].slice(0, maxEntities);
  const within = new Set(entities);
  const metrics = new Set(entities.flatMap((entity) => [...(seen.get(entity)?.metrics.keys() ?? [])].sort()));
  return {
    target,
    entities,
    edges: all.filter(({ caller, callee }) => within.has(caller) && within.has(callee)),
    metrics: [...metrics].slice(0, maxMetrics),
    topologyUnknown,
    unmeasured: near.filter((entity) => entity !== target && !seen.get(entity)?.metrics.size),
    metricsLeftOut: Math.max(0, metrics.size - maxMetrics),
  };
}

/** The last call on the shortest way of calls from one service to another; undefined where there is none. */
export function callOnTheWay(from: string, to: string, edges: readonly Edge[]): Edge | undefined {
  const reached = new Map<string, Edge | undefined>([[from, undefined]]);
  for (const caller of reached.keys()) {
    for (const edge of edges) {
      if (edge.caller !== caller || reached.has(edge.callee)) continue;
      if (edge.callee === to) return edge;
      reached.set(edge.callee, edge);
    }
  }
  return undefined;
}

function edgesOf(services: readonly Service[], seen: Observation): Edge[] {
  const edges = new Map<string, Edge>();
  const add = (caller: string, callee: string) =>
    edges.set(JSON.stringify([caller, callee]), { caller, callee });
  for (const { name, dependencies } of services) for (const { service } of dependencies) add(name, service);
  for (const [caller, { callees }] of seen) for (const callee of callees.keys()) add(caller, callee);
  return [...edges.values()];
}

/** The target and what is at most `maxHops` calls from it, either way, the nearest first. */
function byDistance(target: string, edges: readonly Edge[]): string[] {
  const hops = new Map([[target, 0]]);
  for (const [entity, distance] of hops) {
    if (distance === maxHops) continue;
    for (const { caller, callee } of edges) {
      const next = caller === entity ? callee : callee === entity ? caller : undefined;
      if (next !== undefined && !hops.has(next)) hops.set(next, distance + 1);
    }
  }
  return [...hops.keys()];
}

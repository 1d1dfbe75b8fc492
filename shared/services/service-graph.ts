import type { Severity } from "../../events/alerts.ts";
import type { Service, ServiceGraph } from "./schemas.ts";

/** What stands open at a service. */
export interface Trouble {
  openIncidents: number;
  severity: Severity;
}

/** Services as nodes, calls as edges; a callee nobody declared and no telemetry shows is a node too. */
export function drawGraph(
  services: readonly Service[],
  trouble: ReadonlyMap<string, Trouble>,
  truncated: boolean,
): ServiceGraph {
  const edges = services.flatMap(({ name, dependencies }) =>
    dependencies.map(({ service, known }) => ({ caller: name, callee: service, known })),
  );
  const byName = new Map(services.map((service) => [service.name, service]));
  const names = new Set([...byName.keys(), ...edges.map(({ callee }) => callee), ...trouble.keys()]);
  const nodes = [...names].sort().map((service) => {
    const known = byName.get(service);
    const open = trouble.get(service);
    return {
      service,
      owner: known?.owner ?? null,
      known: known?.known ?? ("learned" as const),
      openIncidents: open?.openIncidents ?? 0,
      severity: open?.severity ?? null,
    };
  });
  return { nodes, edges, truncated };
}

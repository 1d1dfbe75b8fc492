import type { Severity } from "../../events/alerts.ts";
import type { Service, ServiceGraph } from "./schemas.ts";

/** What stands open at a service of a project. */
export interface Trouble {
  project: string;
  service: string;
  openIncidents: number;
  severity: Severity;
}

/**
 * Services as nodes, calls as edges within their project; a callee nobody declared and no telemetry shows is a node
 * too.
 */
export function drawGraph(
  services: readonly Service[],
  troubles: readonly Trouble[],
  truncated: boolean,
): ServiceGraph {
  const edges = services.flatMap(({ project, name, dependencies }) =>
    dependencies.map(({ service, known }) => ({ project, caller: name, callee: service, known })),
  );
  const nodes = new Map<string, ServiceGraph["nodes"][number]>();
  const nodeOf = (project: string, service: string) => {
    const key = JSON.stringify([service, project]);
    const node = nodes.get(key) ?? { project, service, owner: null, known: "learned", ...calm };
    nodes.set(key, node);
    return node;
  };
  for (const { project, name, owner, known } of services) {
    Object.assign(nodeOf(project, name), { owner, known });
  }
  for (const { project, callee } of edges) nodeOf(project, callee);
  for (const { project, service, openIncidents, severity } of troubles) {
    Object.assign(nodeOf(project, service), { openIncidents, severity });
  }
  return { nodes: [...nodes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, node]) => node), edges, truncated };
}

const calm = { openIncidents: 0, severity: null };

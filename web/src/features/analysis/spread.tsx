import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Analysis } from "../../../../shared/analysis/schemas.ts";
import type { Incident } from "../../../../shared/incidents/schemas.ts";
import type { ServiceGraph } from "../../../../shared/services/schemas.ts";
import { Panel } from "../../components/panel.tsx";
import { api } from "../../lib/api.ts";
import { type DrawnService, Graph } from "../services/graph.tsx";
import { useAnalysis } from "./use-analysis.ts";

/** Who calls whom around the cause, and how far the trouble spread. */
export function Spread({ incident }: { incident: Pick<Incident, "id" | "project" | "service"> }) {
  const { id: incidentId, project, service } = incident;
  const analysis = useAnalysis(incidentId).data?.analysis;
  const graph = useQuery({
    queryKey: ["services", "graph"],
    queryFn: ({ signal }) => api.get<ServiceGraph>("/api/services/graph", {}, signal),
    staleTime: 60_000,
  });
  const drawn = useMemo(
    () => (analysis && graph.data ? around(analysis, within(graph.data, project), service) : undefined),
    [analysis, graph.data, project, service],
  );
  if (!drawn || drawn.nodes.length < 2) return null;
  return (
    <Panel title="How it spread">
      <Graph {...drawn} label="Services around the cause; an arrow leads from caller to callee" />
    </Panel>
  );
}

/** The part of the graph that is of one project. */
function within({ nodes, edges, ...rest }: ServiceGraph, project: string): ServiceGraph {
  const isOwn = (one: { project: string }) => one.project === project;
  return { ...rest, nodes: nodes.filter(isOwn), edges: edges.filter(isOwn) };
}

/** The cause, every service that evidence says changed, the alerted one, and their direct neighbours. */
function around({ hypotheses, evidence }: Analysis, { nodes, edges }: ServiceGraph, alerted: string | null) {
  const cause = hypotheses[0]?.cause.service;
  const hurt = new Set(
    evidence.flatMap(({ kind, service }) =>
      service !== null && (kind === "change" || kind === "alert" || kind === "anomaly") ? [service] : [],
    ),
  );
  if (alerted !== null) hurt.add(alerted);
  const core = new Set([...hurt, ...(cause === undefined ? [] : [cause])]);
  const near = new Set(core);
  for (const { caller, callee } of edges) {
    if (core.has(caller)) near.add(callee);
    if (core.has(callee)) near.add(caller);
  }
  const drawn = nodes
    .filter(({ service }) => near.has(service))
    .map(
      ({ project, service }): DrawnService => ({
        project,
        service,
        look: service === cause ? "cause" : hurt.has(service) ? "hurt" : "calm",
        says: service === cause ? "likely cause" : hurt.has(service) ? "affected" : "as usual",
      }),
    );
  return { nodes: drawn, edges: edges.filter(({ caller, callee }) => near.has(caller) && near.has(callee)) };
}

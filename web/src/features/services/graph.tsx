import { Graph as DagreGraph, layout } from "@dagrejs/dagre";
import { useMemo } from "react";
import { Link } from "react-router";
import { withQuery } from "../../lib/api.ts";
import { inAddress, isDivided } from "../../lib/projects.ts";
import "./services.css";

export interface DrawnService {
  project: string;
  service: string;
  look: "cause" | "hurt" | "calm" | "learned";
  /** What the look means, in words. */
  says: string;
}

interface GraphProps {
  nodes: readonly DrawnService[];
  edges: readonly { project: string; caller: string; callee: string }[];
  label: string;
}

const boxHeight = 40;
const letterWidth = 7.4;

const keyOf = (project: string, service: string) => JSON.stringify([project, service]);

/** Services as boxes, callers above whom they call; with their project where there is more than one. */
export function Graph({ nodes: all, edges, label }: GraphProps) {
  const nodes = useMemo(
    () => (isDivided(all) ? all.map((node) => ({ ...node, says: `${node.project} · ${node.says}` })) : all),
    [all],
  );
  const placed = useMemo(() => place(nodes, edges), [nodes, edges]);
  const looks = new Map(nodes.map(({ project, service, look }) => [keyOf(project, service), look]));
  return (
    <nav className="graph" aria-label={label}>
      <svg viewBox={`0 0 ${placed.width} ${placed.height}`} width={placed.width} height={placed.height}>
        <title>{label}</title>
        <defs>
          <marker
            id="graph-arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0 8 4 0 8Z" className="graph-arrow" />
          </marker>
        </defs>
        {placed.edges.map(({ caller, callee, path }) => {
          const isHurt = [caller, callee].every(
            (end) => looks.get(end) === "hurt" || looks.get(end) === "cause",
          );
          return (
            <path
              key={`${caller} ${callee}`}
              d={path}
              className={`graph-edge${isHurt ? " graph-edge-hurt" : ""}`}
              markerEnd="url(#graph-arrow)"
            />
          );
        })}
        {placed.boxes.map(({ project, service, look, says, x, y, width }) => (
          <Link
            key={keyOf(project, service)}
            to={withQuery("/services", { service, project: inAddress(project) })}
            aria-label={`${service}, ${says}`}
          >
            <g
              className={`graph-box graph-${look}`}
              transform={`translate(${x - width / 2} ${y - boxHeight / 2})`}
            >
              <rect width={width} height={boxHeight} rx="8" />
              <text x={width / 2} y={17}>
                {service}
              </text>
              <text x={width / 2} y={31} className="graph-says">
                {says}
              </text>
            </g>
          </Link>
        ))}
      </svg>
    </nav>
  );
}

function place(nodes: GraphProps["nodes"], edges: GraphProps["edges"]) {
  const graph = new DagreGraph().setGraph({
    rankdir: "TB",
    nodesep: 28,
    ranksep: 44,
    marginx: 8,
    marginy: 8,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set(nodes.map(({ project, service }) => keyOf(project, service)));
  for (const { project, service, says } of nodes) {
    const width = Math.max(84, Math.max(service.length, says.length * 0.85) * letterWidth + 24);
    graph.setNode(keyOf(project, service), { width, height: boxHeight });
  }
  for (const { project, caller, callee } of edges) {
    const ends = [keyOf(project, caller), keyOf(project, callee)] as const;
    if (ends.every((end) => known.has(end))) graph.setEdge(...ends);
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width: Math.max(1, width),
    height: Math.max(1, height),
    boxes: nodes.map((node) => {
      const { x, y, width: boxWidth } = graph.node(keyOf(node.project, node.service));
      return { ...node, x, y, width: boxWidth };
    }),
    edges: graph.edges().map(({ v, w }) => ({
      caller: v,
      callee: w,
      path: `M${graph
        .edge(v, w)
        .points.map(({ x, y }: { x: number; y: number }) => `${x} ${y}`)
        .join("L")}`,
    })),
  };
}

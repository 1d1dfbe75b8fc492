import type { CaseDeployment, CauseCase } from "../../../shared/analysis/ranking/case.ts";
import type { LabelledCase } from "./labelled-cases.ts";
import { seededRandom } from "./random.ts";

/** The same case with every service under a name that says nothing. */
export function renamed({ given, truth }: LabelledCase): LabelledCase {
  const names = new Map<string, string>();
  const nameOf = (service: string) => {
    const name = names.get(service) ?? `s${names.size}`;
    names.set(service, name);
    return name;
  };
  const { target, graph, series, traces, logs } = given;
  return {
    truth: { ...truth, service: nameOf(truth.service) },
    given: {
      ...given,
      target: { ...target, service: nameOf(target.service) },
      graph: {
        nodes: graph.nodes.map(nameOf),
        edges: graph.edges.map(([caller, callee]) => [nameOf(caller), nameOf(callee)]),
      },
      series: series.map((one) => ({
        ...one,
        service: nameOf(one.service),
        ...(one.peer ? { peer: nameOf(one.peer) } : {}),
      })),
      ...(traces
        ? {
            traces: {
              ...traces,
              spans: traces.spans.map((span) => ({
                ...span,
                service: nameOf(span.service),
                parentService: span.parentService === null ? null : nameOf(span.parentService),
              })),
            },
          }
        : {}),
      ...(logs ? { logs: logs.map((line) => ({ ...line, service: nameOf(line.service) })) } : {}),
    },
  };
}

const unrelatedPerCase = 3;
const unrelatedWithinS = 2.5 * 3600;
const ownWithinS = [180, 1380] as const;

/** Deployments of services that are not to blame, and in every second case one of the culprit's as well. */
export function withDeployments(cases: readonly LabelledCase[], draw: number, own: boolean): LabelledCase[] {
  return cases.map(({ given, truth }, i) => {
    const random = seededRandom(1000 * draw + i);
    const others = servicesOf(given).filter((service) => service !== truth.service);
    const deployments: CaseDeployment[] = Array.from({ length: unrelatedPerCase }, () => ({
      t: given.alertTime - 60 - Math.floor(random() * unrelatedWithinS),
      service: others[Math.floor(random() * others.length)] ?? "",
      version: "1.0.1",
    }));
    const [least, most] = ownWithinS;
    if (own && (i + draw) % 2 === 0)
      deployments.push({
        t: given.alertTime - least - Math.floor(random() * (most - least)),
        service: truth.service,
        version: "2.0.0",
      });
    return { truth, given: { ...given, deployments } };
  });
}

const servicesOf = ({ series, target }: CauseCase) => [
  ...new Set(series.map(({ service }) => service).filter((service) => service !== target.service)),
];

/** What is left where nothing but metrics is collected. */
export const metricsOnly = ({ given, truth }: LabelledCase): LabelledCase => ({
  truth,
  given: { ...given, graph: { nodes: given.graph.nodes, edges: [] }, traces: null, logs: null },
});

export const without =
  (part: "logs" | "traces") =>
  ({ given, truth }: LabelledCase): LabelledCase => ({
    truth,
    given: { ...given, [part]: null },
  });

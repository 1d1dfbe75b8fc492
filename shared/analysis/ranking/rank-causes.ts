import { callGaps, gapFindings } from "./call-gaps.ts";
import type { CauseCase } from "./case.ts";
import { deploymentRecency } from "./deployments.ts";
import { excessFlow } from "./excess-flow.ts";
import { type Finding, leastStrength } from "./finding.ts";
import { logFindings } from "./log-patterns.ts";
import { lostCallFindings } from "./lost-calls.ts";
import { metricChange } from "./metric-change.ts";
import { type Harm, metricFindings } from "./metric-findings.ts";
import { metricKind } from "./metric-kind.ts";
import { ownTimeFindings } from "./own-time.ts";
import type { RankedCause } from "./ranked-cause.ts";
import { clamp01, groupBy } from "./robust.ts";
import { operationChanges } from "./spans.ts";
import { topologyOf } from "./topology.ts";

const mostCauses = 50;
/** The alerting service shows the harm first; it is the cause less often than that suggests. */
const alerting = 0.7;
/** So is a service the alerting one does not call, directly or not. */
const outOfReach = 0.7;
/** How far a deployment, a precedent and being early may raise what the evidence says. */
export const raise = { deployment: 0.4, precedent: 0.4, early: 0.05 };

/**
 * Ranks what most likely caused the alert of this case, the likeliest first, at most 50 causes, one per service.
 * Pure and deterministic: the answer depends on the case alone, and on no service's name.
 */
export function rankCauses(given: CauseCase): RankedCause[] {
  const topology = topologyOf(given);
  const findings = findingsOf(given, topology);
  const services = new Set([
    ...given.graph.nodes,
    ...given.series.map(({ service }) => service),
    ...findings.keys(),
  ]);
  const causes = [...services].map((service) => {
    const own = strongestFirst(findings.get(service) ?? []);
    const precedent = Math.max(
      0,
      ...(given.precedents ?? [])
        .filter((one) => one.service === service)
        .map(({ similarity }) => similarity),
    );
    const deployment = deploymentRecency(given, service);
    const reach =
      (service === given.target.service ? alerting : 1) *
      (topology.known && topology.distance(service) === undefined ? outOfReach : 1);
    const weight = Math.hypot(...best(own).map((one) => one.weight * one.strength));
    const metric = own.find((one) => one.metric !== undefined);
    const timeOrder = metric?.changedAt === undefined ? 0 : earliness(metric.changedAt, given.alertTime);
    const score =
      weight *
      reach *
      (1 + raise.deployment * deployment + raise.precedent * precedent + raise.early * timeOrder);
    return {
      service,
      ...(metric?.metric === undefined ? {} : { metric: metric.metric }),
      score,
      parts: {
        changeStrength: strengthOf(own, "change"),
        timeOrder,
        topology: strengthOf(own, "flow"),
        traces: strengthOf(own, "traces"),
        logs: strengthOf(own, "logs"),
        deployment,
        precedent,
      },
      why: [
        ...new Set(
          best(own)
            .filter(({ strength }) => strength >= leastStrength)
            .map(({ why }) => why),
        ),
      ],
      ...(metric?.changedAt === undefined ? {} : { changedAt: metric.changedAt }),
    };
  });
  return causes.sort((a, b) => b.score - a.score).slice(0, mostCauses);
}

function findingsOf(given: CauseCase, topology: ReturnType<typeof topologyOf>): Map<string, Finding[]> {
  const changes = given.series.map((series) => metricChange(series, given.alertTime));
  const operations = operationChanges(given);
  const gaps = callGaps(operations, changes);
  const harm = harmOf(given);
  return groupBy(
    [
      ...metricFindings(changes, topology, harm),
      ...excessFlow(changes, topology, harm),
      ...gapFindings(gaps, changes),
      ...ownTimeFindings(operations, gaps, changes),
      ...lostCallFindings(operations, given.traces?.afterMinutes ?? 1),
      ...logFindings(given.logs ?? [], given.alertTime),
    ],
    ({ service }) => service,
  );
}

function harmOf({ target }: CauseCase): Harm {
  const signal = target.metric === null ? undefined : metricKind(target.metric, "").signal;
  return signal === "availability" || signal === "errors" ? "availability" : "latency";
}

const strongestFirst = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((a, b) => b.weight * b.strength - a.weight * a.strength);

/** The strongest finding of each kind, so that many findings of one kind do not outweigh another kind. */
function best(sorted: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return sorted.filter(({ source, weight }) => {
    const kind = `${source} ${weight}`;
    return !seen.has(kind) && seen.add(kind) !== undefined;
  });
}

function strengthOf(findings: readonly Finding[], source: Finding["source"]): number {
  return Math.max(0, ...findings.filter((one) => one.source === source).map(({ strength }) => strength));
}

const longestS = 600;

/** 1 for ten minutes before the alert, 0 at the alert or later. */
const earliness = (changedAt: number, alertTime: number) => clamp01((alertTime - changedAt) / longestS);

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
import { type Topology, topologyOf } from "./topology.ts";

const mostCauses = 50;
/** The alerting service shows the harm first; it is the cause less often than that suggests. */
const alerting = 0.7;
/** So is a service that the alerting one does not call, directly or not. */
const outOfReach = 0.7;
/** How far a recent deployment, a precedent and an early change raise what the evidence says. */
const raise = { deployment: 0.2, precedent: 0.4, early: 0.05 };
/** Where no service has evidence of this much, a recent deployment counts by itself, up to its weight. */
const convincing = 0.6;
const deploymentAlone = 0.8;

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
  const causes = [...services].map((service) =>
    causeOf(service, findings.get(service) ?? [], given, topology),
  );
  const doubt = clamp01(1 - Math.max(0, ...causes.map(({ score }) => score)) / convincing);
  return causes
    .map((cause) => ({ ...cause, score: cause.score + deploymentAlone * doubt * cause.parts.deployment }))
    .sort((a, b) => b.score - a.score)
    .slice(0, mostCauses);
}

function causeOf(
  service: string,
  findings: readonly Finding[],
  given: CauseCase,
  topology: Topology,
): RankedCause {
  const sorted = [...findings].sort((a, b) => worth(b) - worth(a));
  const kept = strongestOfEachKind(sorted);
  const named = sorted.find(({ metric }) => metric !== undefined);
  const deployment = deploymentRecency(given, service);
  const precedent = precedentOf(given, service);
  const timeOrder = earliness(named?.changedAt, given.alertTime);
  const reach =
    (service === given.target.service ? alerting : 1) *
    (topology.known && topology.distance(service) === undefined ? outOfReach : 1);
  const backing = 1 + raise.deployment * deployment + raise.precedent * precedent + raise.early * timeOrder;
  return {
    service,
    ...(named?.metric === undefined ? {} : { metric: named.metric }),
    score: Math.hypot(...kept.map(worth)) * reach * backing,
    parts: {
      changeStrength: strengthOf(kept, "change"),
      timeOrder,
      topology: strengthOf(kept, "flow"),
      traces: strengthOf(kept, "traces"),
      logs: strengthOf(kept, "logs"),
      deployment,
      precedent,
    },
    why: [
      ...kept.filter(({ strength }) => strength >= leastStrength).map(({ why }) => why),
      ...(deployment > leastStrength ? ["it was deployed shortly before the alert"] : []),
      ...(precedent > leastStrength ? ["a similar incident came from it"] : []),
    ],
    ...(named?.changedAt === undefined ? {} : { changedAt: named.changedAt }),
  };
}

function findingsOf(given: CauseCase, topology: Topology): Map<string, Finding[]> {
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

const worth = ({ weight, strength }: Finding): number => weight * strength;

/** Of findings sorted by worth, the first of each kind: many of one kind do not outweigh another kind. */
function strongestOfEachKind(sorted: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return sorted.filter(({ source, weight }) => {
    const kind = `${source} ${weight}`;
    if (seen.has(kind)) return false;
    seen.add(kind);
    return true;
  });
}

function strengthOf(findings: readonly Finding[], source: Finding["source"]): number {
  return Math.max(0, ...findings.filter((one) => one.source === source).map(({ strength }) => strength));
}

function precedentOf({ precedents }: CauseCase, service: string): number {
  const own = (precedents ?? []).filter((precedent) => precedent.service === service);
  return Math.max(0, ...own.map(({ similarity }) => similarity));
}

const earliestS = 600;

/** 1 for a change ten minutes before the alert or earlier, 0 for one at the alert, later, or unknown. */
const earliness = (changedAt: number | undefined, alertTime: number): number =>
  changedAt === undefined ? 0 : clamp01((alertTime - changedAt) / earliestS);

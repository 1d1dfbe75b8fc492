import type { CauseCase } from "./case.ts";
import { deploymentRecency } from "./deployments.ts";
import { type Finding, type FindingKind, leastStrength, type Weights, weights } from "./finding.ts";
import type { CauseParts, RankedCause } from "./ranked-cause.ts";
import { clamp01, groupBy, saturate } from "./robust.ts";
import { type Topology, topologyOf } from "./topology.ts";

const mostCauses = 50;
/** The alerting service shows the harm first; it is the cause less often than that suggests. */
const alerting = 0.7;
/** So is a service that the alerting one does not call, directly or not. */
const outOfReach = 0.7;
/** How far a recent deployment, a precedent and an early change raise what the evidence says. */
const raise = { deployment: 0.2, precedent: 0.4, early: 0.05 };
/** Where no service has evidence of this much, a recent deployment is evidence too. */
const convincing = 0.6;
/** What it is worth at most, and which part of that where nothing else speaks against the service. */
const deploymentAlone = 0.5;
const withoutAgreement = 0.25;
const agreeing = 0.03;

/** One cause per service, the likeliest first; equal scores keep the order of the case's graph. */
export function weighFindings(
  given: CauseCase,
  findings: readonly Finding[],
  worthOf: Weights = weights,
): RankedCause[] {
  const topology = topologyOf(given);
  const byService = groupBy(findings, ({ service }) => service);
  const services = new Set([
    ...given.graph.nodes,
    ...given.series.map(({ service }) => service),
    ...byService.keys(),
  ]);
  const causes = [...services].map((service) => {
    const kept = strongestOfEachKind(byService.get(service) ?? [], worthOf);
    return causeOf(service, kept, given, topology, worthOf);
  });
  const doubt = clamp01(1 - Math.max(0, ...causes.map(({ score }) => score)) / convincing);
  return causes
    .map((cause) => ({ ...cause, score: cause.score + doubt * deploymentSays(cause) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, mostCauses);
}

function deploymentSays({ score, parts }: RankedCause): number {
  const agreement = withoutAgreement + (1 - withoutAgreement) * saturate(score, agreeing);
  return deploymentAlone * parts.deployment * agreement;
}

/** Many findings of one kind do not outweigh another kind; the most telling kind comes first. */
function strongestOfEachKind(findings: readonly Finding[], worthOf: Weights): Finding[] {
  const strongest = new Map<FindingKind, Finding>();
  for (const finding of findings)
    if (finding.strength > (strongest.get(finding.kind)?.strength ?? 0)) strongest.set(finding.kind, finding);
  return [...strongest.values()].sort((a, b) => worthOf[b.kind] * b.strength - worthOf[a.kind] * a.strength);
}

function causeOf(
  service: string,
  kept: readonly Finding[],
  given: CauseCase,
  topology: Topology,
  worthOf: Weights,
): RankedCause {
  const named = kept.find(({ metric }) => metric !== undefined);
  const parts: CauseParts = {
    changeStrength: strengthOf(kept, "cpu", "memory", "latency", "other", "strongest"),
    timeOrder: earliness(named?.changedAt, given.alertTime),
    topology: strengthOf(kept, "excess"),
    traces: strengthOf(kept, "gap", "ownTime", "lostCalls", "failingCalls"),
    logs: strengthOf(kept, "failingLines", "stoppedLines"),
    deployment: deploymentRecency(given, service),
    precedent: precedentOf(given, service),
  };
  const evidence = Math.hypot(...kept.map(({ kind, strength }) => worthOf[kind] * strength));
  const place =
    (service === given.target.service ? alerting : 1) *
    (topology.known && topology.distance(service) === undefined ? outOfReach : 1);
  const backing =
    1 +
    raise.deployment * parts.deployment +
    raise.precedent * parts.precedent +
    raise.early * parts.timeOrder;
  return {
    service,
    ...(named?.metric === undefined ? {} : { metric: named.metric }),
    score: evidence * place * backing,
    parts,
    why: [
      ...new Set(kept.filter(({ strength }) => strength >= leastStrength).map(({ why }) => why)),
      ...(parts.deployment >= leastStrength ? ["it was deployed shortly before the alert"] : []),
      ...(parts.precedent >= leastStrength ? ["a similar incident came from it"] : []),
    ],
    ...(named?.changedAt === undefined ? {} : { changedAt: named.changedAt }),
  };
}

function strengthOf(findings: readonly Finding[], ...kinds: FindingKind[]): number {
  return Math.max(0, ...findings.filter(({ kind }) => kinds.includes(kind)).map(({ strength }) => strength));
}

function precedentOf({ precedents }: CauseCase, service: string): number {
  const own = (precedents ?? []).filter((precedent) => precedent.service === service);
  return Math.max(0, ...own.map(({ similarity }) => similarity));
}

const earliestS = 600;

/** 1 for a change ten minutes before the alert or earlier, 0 for one at the alert, later, or unknown. */
const earliness = (changedAt: number | undefined, alertTime: number): number =>
  changedAt === undefined ? 0 : clamp01((alertTime - changedAt) / earliestS);

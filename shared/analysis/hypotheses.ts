import { derivedId } from "../platform/ids.ts";
import type { Measured } from "./measure.ts";
import { plainWords, spellSpan, spellValue } from "./plain-words.ts";
import type { RankedCause } from "./ranking/ranked-cause.ts";
import { callOnTheWay, type Edge } from "./reach.ts";
import type { Cause, ChangeFacts, Evidence, Hypothesis, ScoreParts } from "./schemas.ts";
import type { Scope, Window } from "./scope.ts";
import { unjudged } from "./score.ts";

/** A hypothesis before anything was asked that could speak against it. */
export interface Proposed
  extends Pick<Hypothesis, "id" | "cause" | "statement" | "parts" | "for" | "against"> {
  /** When its metric left its history, ms. */
  changedAtMs: number | undefined;
  measured: Measured | undefined;
}

const most = 5;
/** A deployment this long before the change may have caused it; a little after, by clocks that differ. */
const deploymentBeforeMs = 60 * 60_000;
const deploymentAfterMs = 60_000;
/** A change this long before the first alert, or after it, says nothing any more. */
const earliestMs = 30 * 60_000;
const latestMs = 5 * 60_000;
/** Where no metric tells, it speaks neither for nor against. */
const unknown = 0.75;

/** Up to five hypotheses from the ranked causes, one a service, with their parts and the evidence for and against. */
export function propose(
  scope: Scope,
  window: Window,
  causes: readonly RankedCause[],
  evidence: readonly Evidence[],
  measured: readonly Measured[],
): Proposed[] {
  const byService = new Map<string, RankedCause>();
  for (const cause of causes) {
    if (cause.score > 0 && !byService.has(cause.service)) byService.set(cause.service, cause);
  }
  const [top] = byService.values();
  if (!top) return [];
  const sure = Math.max(top.parts.changeStrength, top.parts.topology, top.parts.traces, top.parts.logs);
  return [...byService.values()].slice(0, most).map((cause) => {
    const strength = (sure * cause.score) / top.score;
    return toProposed(scope, window, cause, strength, evidence, measured);
  });
}

function toProposed(
  scope: Scope,
  window: Window,
  ranked: RankedCause,
  strength: number,
  evidence: readonly Evidence[],
  measured: readonly Measured[],
): Proposed {
  const { service } = ranked;
  const one = measured.find(({ series }) => series.service === service && series.metric === ranked.metric);
  const own = evidence.filter((piece) => piece.service === service);
  const changes = own.filter(({ kind }) => kind === "change").map(({ facts }) => facts as ChangeFacts);
  const change = changes.find(({ metric }) => metric === ranked.metric) ?? changes[0];
  const changedAtMs =
    change?.changedAtMs ?? (ranked.changedAt === undefined ? undefined : ranked.changedAt * 1000);
  const deployment = deploymentOf(own, changedAtMs ?? window.startMs);
  const dependency =
    service === scope.reach.target ? undefined : callOnTheWay(scope.reach.target, service, scope.reach.edges);
  const cause: Cause = {
    service,
    ...(ranked.metric === undefined ? {} : { metric: ranked.metric }),
    ...(deployment
      ? {
          deployment: {
            id: deployment.facts["deploymentId"] as string,
            version: String(deployment.facts["version"]),
          },
        }
      : {}),
    ...(dependency ? { dependency } : {}),
  };
  const supporting = own.filter((piece) => supports(piece, deployment, changedAtMs ?? window.startMs));
  return {
    id: derivedId("hypothesis", scope.incident.id, service),
    cause,
    statement: statementOf(cause, change, deployment, changedAtMs),
    parts: partsOf(ranked, strength, supporting, one, changedAtMs, window),
    for: supporting.map(({ id }) => id),
    against: opposing(service, scope.reach.edges, changedAtMs, evidence).map(({ id }) => id),
    changedAtMs,
    measured: one,
  };
}

/** The newest change to the service that is early enough, and not too early, to have caused the trouble. */
function deploymentOf(own: readonly Evidence[], changedAtMs: number): Evidence | undefined {
  return own
    .filter(({ kind, at }) => {
      const beforeMs = changedAtMs - Date.parse(at);
      const isChange = kind === "deployment" || kind === "configuration";
      return isChange && beforeMs <= deploymentBeforeMs && beforeMs >= -deploymentAfterMs;
    })
    .sort((a, b) => (a.at < b.at ? 1 : -1))[0];
}

function supports(piece: Evidence, deployment: Evidence | undefined, changedAtMs: number): boolean {
  switch (piece.kind) {
    case "deployment":
    case "configuration":
      return piece.id === deployment?.id;
    case "anomaly":
      return lastedAt(piece, changedAtMs);
    default:
      return true;
  }
}

/** An anomaly that was there when the service changed: begun by then, or in the minutes after, and not over long before. */
function lastedAt({ at, facts }: Evidence, changedAtMs: number): boolean {
  const endedAt = facts["endedAt"];
  const overMs = typeof endedAt === "string" ? Date.parse(endedAt) : Number.POSITIVE_INFINITY;
  return Date.parse(at) <= changedAtMs + latestMs && overMs >= changedAtMs - earliestMs;
}

/** What speaks for another cause: a service it calls that changed before it, and like incidents with another end. */
function opposing(
  service: string,
  edges: readonly Edge[],
  changedAtMs: number | undefined,
  evidence: readonly Evidence[],
): Evidence[] {
  const callees = new Set(edges.filter(({ caller }) => caller === service).map(({ callee }) => callee));
  return evidence.filter((piece) => {
    if (piece.service === null || piece.service === service) return false;
    if (piece.kind === "similar-incident") return piece.facts["humanValidated"] === true;
    const earlier = changedAtMs === undefined || Date.parse(piece.at) <= changedAtMs;
    if (piece.kind === "anomaly" && changedAtMs !== undefined && !lastedAt(piece, changedAtMs)) return false;
    return callees.has(piece.service) && earlier && piece.kind !== "alert";
  });
}

/**
 * `strength` is how clear the strongest cause is, times what the ranking weighs this one against it. What coincides, and what is well measured, counts as far as that.
 */
function partsOf(
  { parts }: RankedCause,
  strength: number,
  supporting: readonly Evidence[],
  measured: Measured | undefined,
  changedAtMs: number | undefined,
  { startMs }: Window,
): ScoreParts {
  // An anomaly is told from the samples that the changes are told from: the same thing seen twice, no second witness.
  const kinds = new Set(supporting.map(({ kind }) => kind).filter((kind) => kind !== "anomaly")).size;
  const quality = strength * (0.5 * coverageOf(measured, startMs) + 0.5 * Math.min(1, (1 + kinds) / 4));
  return {
    signalStrength: round(strength),
    timeCorrelation: round(
      strength * (0.7 * Math.max(0, coincidence(changedAtMs, startMs)) + 0.3 * parts.deployment),
    ),
    precedent: round(parts.precedent),
    evidenceQuality: round(quality),
    humanValidation: unjudged,
  };
}

/** 1 for a change at the first alert, less the longer before it, and much less after it. */
function coincidence(changedAtMs: number | undefined, startMs: number): number {
  if (changedAtMs === undefined) return unknown;
  const beforeMs = startMs - changedAtMs;
  return 1 - (beforeMs >= 0 ? beforeMs / earliestMs : -beforeMs / latestMs);
}

/** How much of the calm history there is. */
function coverageOf(measured: Measured | undefined, startMs: number): number {
  if (!measured) return unknown;
  const { timestamps, values } = measured.series;
  const calm = values.filter((_, i) => (timestamps[i] ?? 0) * 1000 < startMs);
  return calm.length === 0 ? 0 : calm.filter((value) => value !== null).length / calm.length;
}

function statementOf(
  cause: Cause,
  change: ChangeFacts | undefined,
  deployment: Evidence | undefined,
  changedAtMs: number | undefined,
): string {
  const service = plainWords(cause.service);
  const moved =
    change && change.before !== null && change.after !== null
      ? `${plainWords(change.metric)} ${change.direction === "up" ? "rose" : "fell"} from ${spellValue(change.before, change.unit)} to ${spellValue(change.after, change.unit)}`
      : "it stands out among what changed";
  const after =
    deployment && changedAtMs !== undefined
      ? `, ${spellSpan(changedAtMs - Date.parse(deployment.at))} after ${wordFor(deployment)} ${plainWords(String(deployment.facts["version"]))}`
      : "";
  const called = cause.dependency ? `; ${plainWords(cause.dependency.caller)} calls it` : "";
  return `${service}: ${moved}${after}${called}.`;
}

function wordFor({ kind }: Evidence): string {
  return kind === "deployment" ? "its deployment of" : "its change of configuration";
}

const round = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;

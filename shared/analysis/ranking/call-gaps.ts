import type { Finding } from "./finding.ts";
import type { MetricChange } from "./metric-change.ts";
import { clamp01, doublings, groupBy, saturate } from "./robust.ts";
import { type OperationChange, slowdowns, trust } from "./spans.ts";
import { percent } from "./wording.ts";

export interface CallGap {
  caller: string;
  callee: string;
  /** 0 to 1: how sure that time is lost between the two, in neither of them. */
  strength: number;
  /** 0 to 1: how much was seen of these calls. */
  weight: number;
}

/** Time lost between caller and callee: from gaps in traces, and from calls timed at both ends. */
export function callGaps(
  operations: readonly OperationChange[],
  changes: readonly MetricChange[],
): CallGap[] {
  const found = new Map<string, CallGap>();
  for (const gap of [...traced(operations), ...timedAtBothEnds(changes)]) {
    const key = pairKey(gap.caller, gap.callee);
    const other = found.get(key);
    if (!other || gap.strength > other.strength) found.set(key, gap);
  }
  return [...found.values()];
}

function traced(operations: readonly OperationChange[]): CallGap[] {
  const calls = operations.flatMap((operation) => {
    const { parent, service } = operation;
    return parent === null || parent === service ? [] : [operation];
  });
  const found = new Map<string, CallGap>();
  for (const [operation, slower] of slowdowns(calls, "gap")) {
    const caller = operation.parent ?? "";
    const gap = found.get(pairKey(caller, operation.service)) ?? {
      caller,
      callee: operation.service,
      strength: 0,
      weight: 0,
    };
    const weight = trust(operation);
    const sum = gap.strength * gap.weight + weight * saturate(slower - 2, 6);
    gap.weight += weight;
    gap.strength = gap.weight > 0 ? sum / gap.weight : 0;
    found.set(pairKey(caller, operation.service), gap);
  }
  return [...found.values()].map((gap) => ({ ...gap, weight: clamp01(gap.weight) }));
}

function timedAtBothEnds(changes: readonly MetricChange[]): CallGap[] {
  const calls = changes.filter(({ kind, peer }) => peer !== undefined && kind.signal === "latency");
  const servers = groupBy(
    calls.filter(({ kind }) => kind.side === "server"),
    ({ service, peer }) => pairKey(peer ?? "", service),
  );
  return calls.flatMap(({ service: caller, peer: callee, kind, strength }) => {
    if (kind.side !== "client" || callee === undefined) return [];
    const server = servers.get(pairKey(caller, callee))?.[0];
    if (!server) return [];
    const lost = doublings(strength) - doublings(server.strength);
    return [{ caller, callee, strength: saturate(lost - 1, 2), weight: 1 }];
  });
}

const pairKey = (caller: string, callee: string) => JSON.stringify([caller, callee]);

/** How many services one must call to be blamed for losing time on all of them. */
const leastCallees = 3;

/**
 * Blames the end that slow calls have in common: the one called, or a caller that loses time on nearly all
 * of several callees.
 */
export function gapFindings(gaps: readonly CallGap[], changes: readonly MetricChange[]): Finding[] {
  const blame = new Map<string, { strength: number; why: string }>();
  for (const [service, calls] of groupBy(gaps, ({ callee }) => callee)) {
    const strength = meanStrength(calls);
    blame.set(service, { strength, why: `calls to it lose time on the way (${percent(strength)} sure)` });
  }
  for (const [service, calls] of groupBy(gaps, ({ caller }) => caller)) {
    const strength = clamp01(1.1 * meanStrength(calls));
    if (calls.length >= leastCallees && strength > (blame.get(service)?.strength ?? 0))
      blame.set(service, { strength, why: `its calls to ${calls.length} services lose time on the way` });
  }
  return [...blame].map(([service, { strength, why }]) => {
    const shows = latencyOf(changes, service);
    const { metric, changedAt } = shows ?? {};
    return { service, kind: "gap", strength, metric, changedAt, why };
  });
}

function meanStrength(gaps: readonly CallGap[]): number {
  const weight = gaps.reduce((sum, gap) => sum + gap.weight, 0);
  return weight > 0 ? gaps.reduce((sum, gap) => sum + gap.strength * gap.weight, 0) / weight : 0;
}

/** The latency of a service as a whole that rose most, or the first where none did. */
export function latencyOf(changes: readonly MetricChange[], service: string): MetricChange | undefined {
  let found: MetricChange | undefined;
  for (const change of changes)
    if (change.service === service && change.kind.signal === "latency" && change.peer === undefined)
      if (!found || change.strength > found.strength) found = change;
  return found;
}

import type { Finding, FindingKind } from "./finding.ts";
import type { MetricChange } from "./metric-change.ts";
import { doublings, groupBy, saturate } from "./robust.ts";
import type { Topology } from "./topology.ts";
import { shown } from "./wording.ts";

/** What the alert complains of, as far as its metric says: waiting or failing. */
export type Harm = "latency" | "availability";

/** A callee's slowness accounts for this part of its caller's. */
const passedOn = 0.7;
/** A fall where a rise would do harm, and the other way round, is mostly a consequence. */
const wrongWay = 0.3;
/** What the caller's end of a call shows is as likely the other end's doing. */
const callersEnd = 0.5;
/** Slowness is beside the point where the complaint is about failures. */
const besidePoint = 0.5;

const clearlyBusy = 0.3;

/** What each service's own metrics say, without regard to any other service but those it calls. */
export function metricFindings(changes: readonly MetricChange[], topology: Topology, harm: Harm): Finding[] {
  const byService = groupBy(
    changes.filter(({ kind }) => !kind.host),
    ({ service }) => service,
  );
  const slowness = new Map(
    [...byService].map(([service, own]) => [service, loudest(own, slownessOf)?.amount ?? 0]),
  );
  return [...byService].flatMap(([service, own]) => {
    const slowest = Math.max(0, ...topology.callees(service).map((callee) => slowness.get(callee) ?? 0));
    const busy = finding(loudest(own, processor), "cpu", (amount) => saturate(amount - 1.5, 2));
    const grown = finding(loudest(own, memory), "memory", (amount) => saturate(amount - 0.7, 1.5));
    const any = loudest(own, (change) => anyChange(change, harm));
    return [
      busy,
      // Busy processors fill memory too, so memory does not name the fault where both rose.
      grown && busy && busy.strength > clearlyBusy ? { ...grown, metric: undefined } : grown,
      finding(loudest(own, slownessOf), "latency", (amount) =>
        saturate(amount - passedOn * slowest - 1.5, 3),
      ),
      finding(any, "other", (amount) => saturate(amount - 1.5, 3)),
      topology.known ? undefined : finding(any, "strongest", (amount) => saturate(amount - 1.5, 5)),
    ].filter((one) => one !== undefined);
  });
}

interface Loudest {
  change: MetricChange;
  /** Doublings beyond what is usual. */
  amount: number;
}

function loudest(
  changes: readonly MetricChange[],
  amountOf: (change: MetricChange) => number,
): Loudest | undefined {
  let found: Loudest | undefined;
  for (const change of changes) {
    const amount = amountOf(change);
    if (amount > (found?.amount ?? 0)) found = { change, amount };
  }
  return found;
}

const processor = ({ kind, strength }: MetricChange) => (kind.signal === "cpu" ? doublings(strength) : 0);

/** Memory is a level that a change of code or load moves for good, so the step counts, not the long run. */
const memory = ({ kind, step }: MetricChange) => (kind.signal === "memory" ? doublings(step) : 0);

const slownessOf = ({ kind, peer, strength }: MetricChange) =>
  kind.signal === "latency" && kind.side !== "client" && peer === undefined ? doublings(strength) : 0;

function anyChange({ kind, strength }: MetricChange, harm: Harm): number {
  const harmful = strength < 0 === (kind.signal === "availability");
  return (
    doublings(Math.abs(strength)) *
    (harmful ? 1 : wrongWay) *
    (kind.side === "client" ? callersEnd : 1) *
    (kind.signal === "latency" && harm === "availability" ? besidePoint : 1)
  );
}

function finding(
  found: Loudest | undefined,
  kind: FindingKind,
  strengthOf: (amount: number) => number,
): Finding | undefined {
  if (!found) return undefined;
  const { service, metric, usual, after, unit, peer, changedAt } = found.change;
  const to = peer === undefined ? "" : ` with ${peer}`;
  const peak = after.reduce(
    (most, value) => (Math.abs(value - usual) > Math.abs(most - usual) ? value : most),
    usual,
  );
  return {
    service,
    kind,
    strength: strengthOf(found.amount),
    metric,
    changedAt,
    why: `${metric}${to} went from ${shown(usual, unit)} to ${shown(peak, unit)}`,
  };
}

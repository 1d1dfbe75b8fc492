import type { Finding } from "./finding.ts";
import type { MetricChange } from "./metric-change.ts";
import type { Harm } from "./metric-findings.ts";
import { clamp01, doublings, saturate } from "./robust.ts";
import type { Topology } from "./topology.ts";
import { percent } from "./wording.ts";

interface Excess {
  change: MetricChange;
  /** Seconds or calls beyond what is usual, over all of its calls of an interval. */
  amount: number;
}

/** Without a graph nobody's harm can be explained by another's, so the largest is a hint and no more. */
const unexplainable = 0.4;

/**
 * Follows the harm down the calls. Time waited and calls failed add up along a path, so a service is to blame
 * for what it has in excess of the services it calls. Only means and shares add up: percentiles do not.
 * A callee without any history was not called before, so it explains nothing: whoever calls it has changed.
 */
export function excessFlow(changes: readonly MetricChange[], topology: Topology, harm: Harm): Finding[] {
  const found = new Map<string, Excess>();
  for (const [service, change] of additive(changes, harm)) {
    const off = harm === "latency" ? change.came - change.usual : (change.usual - change.came) / 100;
    const amount = off * callsOf(changes, service);
    if (amount > 0 && change.calmPoints > 0) found.set(service, { change, amount });
  }
  const own = new Map(
    [...found].map(([service, { amount }]) => {
      const callees = topology.callees(service);
      const explained = callees.reduce((sum, callee) => sum + (found.get(callee)?.amount ?? 0), 0);
      return [service, Math.max(0, amount - explained)];
    }),
  );
  const most = Math.max(1e-12, ...own.values());
  return [...found].map(([service, { change }]) => {
    const share = clamp01((own.get(service) ?? 0) / most);
    const noun = harm === "latency" ? "waiting" : "failures";
    return {
      service,
      kind: "excess",
      strength:
        share * saturate(doublings(Math.abs(change.strength)), 1) * (topology.known ? 1 : unexplainable),
      metric: change.metric,
      changedAt: change.changedAt,
      why: `the services it calls leave its additional ${noun} unexplained (${percent(share)} of the largest such remainder)`,
    };
  });
}

/** The first series per service that can be added up over calls. */
function additive(changes: readonly MetricChange[], harm: Harm): Map<string, MetricChange> {
  const found = new Map<string, MetricChange>();
  for (const change of changes) {
    const { signal, side, share } = change.kind;
    if (signal !== harm || share !== undefined || side === "client" || change.peer !== undefined) continue;
    if (!found.has(change.service)) found.set(change.service, change);
  }
  return found;
}

/** Calls per interval since the alert; 1 where nobody counts them. */
function callsOf(changes: readonly MetricChange[], service: string): number {
  const traffic = changes.find((change) => change.service === service && change.kind.signal === "traffic");
  if (!traffic || traffic.after.length === 0) return 1;
  return traffic.after.reduce((sum, value) => sum + Math.max(0, value), 0) / traffic.after.length;
}

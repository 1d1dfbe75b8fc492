import { type CallGap, latencyOf } from "./call-gaps.ts";
import type { Finding } from "./finding.ts";
import type { MetricChange } from "./metric-change.ts";
import { clamp01, saturate } from "./robust.ts";
import { type OperationChange, slowdowns, trust } from "./spans.ts";

/** Services whose own work takes longer, children and time lost between services left out. */
export function ownTimeFindings(
  operations: readonly OperationChange[],
  gaps: readonly CallGap[],
  changes: readonly MetricChange[],
): Finding[] {
  const lostOutside = new Map<string, number>();
  for (const { caller, strength } of gaps)
    lostOutside.set(caller, Math.max(lostOutside.get(caller) ?? 0, strength));
  const slowest = new Map<string, { strength: number; operation: OperationChange }>();
  for (const [operation, slower] of slowdowns(operations, "self")) {
    const { parent, service } = operation;
    const calling = parent === service ? (lostOutside.get(service) ?? 0) : 0;
    const strength = clamp01(trust(operation) * saturate(slower - 2, 6) - calling);
    if (strength > (slowest.get(service)?.strength ?? 0)) slowest.set(service, { strength, operation });
  }
  return [...slowest].map(([service, { strength, operation }]) => {
    const { metric, changedAt } = latencyOf(changes, service) ?? {};
    const why = `its own part of ${operation.operation} takes longer`;
    return { service, kind: "ownTime", strength, metric, changedAt, why };
  });
}

import type { Finding } from "./finding.ts";
import { median, saturate } from "./robust.ts";
import type { OperationChange } from "./spans.ts";

const failing = /error|exception|fail|fault/i;

interface Missing {
  /** Who made the calls. */
  service: string;
  operation: string;
  own: boolean;
  expected: number;
  came: number;
  /** Expected minus came, in usual deviations of a count. */
  surprise: number;
}

/**
 * Services whose calls no longer follow from the calls they take: work that stops half-way, and operations
 * that report failure. Where the mix of requests moves all counts, only what moved further counts.
 */
export function lostCallFindings(operations: readonly OperationChange[], afterMinutes: number): Finding[] {
  const missing = missingCalls(operations, afterMinutes);
  const typical = median(missing.map(({ surprise }) => Math.abs(surprise)));
  const usual = Math.max(1, 2 * (Number.isNaN(typical) ? 0 : typical));
  return missing.flatMap(({ service, operation, own, expected, came, surprise }): Finding[] => {
    if (surprise > 0)
      return [
        {
          service,
          kind: "lostCalls",
          strength: ((expected - came) / expected) * saturate(surprise / usual - 1, 3),
          why: `${operation} ran ${Math.round(came)} times where ${Math.round(expected)} were to be expected`,
        },
      ];
    if (!own || !failing.test(operation)) return [];
    return [
      {
        service,
        kind: "failingCalls",
        strength: saturate(-surprise / usual - 1, 2),
        why: `${operation} ran ${Math.round(came)} times, usual are ${Math.round(expected)}`,
      },
    ];
  });
}

function missingCalls(operations: readonly OperationChange[], afterMinutes: number): Missing[] {
  const taken = new Map<string, { before: number; after: number }>();
  for (const { parent, service, rateBefore, rateAfter } of operations) {
    if (parent === service) continue;
    const sum = taken.get(service) ?? { before: 0, after: 0 };
    sum.before += rateBefore;
    sum.after += rateAfter;
    taken.set(service, sum);
  }
  return operations.flatMap(({ parent, service, operation, rateBefore, rateAfter }) => {
    if (parent === null) return [];
    const entered = taken.get(parent);
    const load = entered && entered.before > 0 ? entered.after / entered.before : 1;
    const expected = rateBefore * load * afterMinutes;
    const came = rateAfter * afterMinutes;
    const surprise = (expected - came) / Math.sqrt(expected + came + 1);
    return [{ service: parent, operation, own: parent === service, expected, came, surprise }];
  });
}

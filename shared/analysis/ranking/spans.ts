import type { CauseCase, SpanSummary } from "./case.ts";
import { noiseOf } from "./robust.ts";

/** One operation before and after; a side is missing where the operation was not seen. */
export interface OperationChange {
  parent: string | null;
  service: string;
  operation: string;
  before: SpanSummary | undefined;
  after: SpanSummary | undefined;
  /** Calls a minute. */
  rateBefore: number;
  rateAfter: number;
}

export function operationChanges({ traces }: CauseCase): OperationChange[] {
  const found = new Map<string, OperationChange>();
  for (const span of traces?.spans ?? []) {
    const key = JSON.stringify([span.parentService, span.service, span.operation]);
    const change = found.get(key) ?? {
      parent: span.parentService,
      service: span.service,
      operation: span.operation,
      before: undefined,
      after: undefined,
      rateBefore: 0,
      rateAfter: 0,
    };
    if (span.window === "before") {
      change.before = span;
      change.rateBefore += span.count / (traces?.beforeMinutes ?? 1);
    } else {
      change.after = span;
      change.rateAfter += span.count / (traces?.afterMinutes ?? 1);
    }
    found.set(key, change);
  }
  return [...found.values()];
}

/**
 * How much slower each operation got, in usual strays of all operations of the case: about 0 where nothing
 * is wrong, whatever the load did to all of them. The median counts most, unless only some calls are slow;
 * few calls count less.
 */
export function slowdowns(
  operations: readonly OperationChange[],
  time: "self" | "gap",
): Map<OperationChange, number> {
  const p50 = strays(operations, `${time}P50Ms`);
  const p95 = strays(operations, `${time}P95Ms`);
  return new Map(
    [...p50].map(([operation, middle]) => {
      const high = Math.min(mostFromP95, p95.get(operation) ?? 0);
      const fewCalls = 1 + 1.5 / Math.sqrt(Math.max(1, callsSeen(operation)));
      return [operation, Math.max(0.75 * middle + 0.25 * high, 0.4 * high) / fewCalls];
    }),
  );
}

/** 0 to 1: how far a percentile of so few calls can be believed. */
export function trust(operation: OperationChange): number {
  const calls = callsSeen(operation);
  return calls / (calls + 4);
}

const callsSeen = ({ before, after }: OperationChange) => Math.min(before?.count ?? 0, after?.count ?? 0);

/** A 95th percentile of a minute's calls jumps on its own; however far, it counts no more than this. */
const mostFromP95 = 16;
/** Fractions of a millisecond are as good as one. */
const leastMs = 1;

type Percentile = "selfP50Ms" | "selfP95Ms" | "gapP50Ms" | "gapP95Ms";

function strays(
  operations: readonly OperationChange[],
  percentile: Percentile,
): Map<OperationChange, number> {
  const ratios = new Map<OperationChange, number>();
  for (const operation of operations) {
    const was = operation.before?.[percentile];
    const is = operation.after?.[percentile];
    if (typeof was === "number" && typeof is === "number")
      ratios.set(operation, Math.log((Math.max(0, is) + leastMs) / (Math.max(0, was) + leastMs)));
  }
  const { centre, spread } = noiseOf([...ratios.values()]);
  return new Map([...ratios].map(([operation, ratio]) => [operation, (ratio - centre) / spread]));
}

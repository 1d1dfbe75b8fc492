import { z } from "zod";

/** What is known of a provider's health; shared by all functions and tenants. */
export const BreakerState = z.object({
  /** In a row, since the last answer. */
  failures: z.int().nonnegative(),
  /** Not asked before; 0 while closed. */
  openUntilMs: z.number(),
  /** One request tries it; others wait until then for how that ends. */
  probeUntilMs: z.number(),
  reason: z.string().nullable(),
});
export type BreakerState = z.infer<typeof BreakerState>;

export const closed: BreakerState = { failures: 0, openUntilMs: 0, probeUntilMs: 0, reason: null };

const failuresToOpen = 5;
const openMs = 60_000;
/** A refused key is not mended by waiting a minute; asking on might lock the account. */
const unauthorizedMs = 15 * 60_000;
const probeMs = 60_000;

export type Admission =
  | { kind: "closed" }
  /** May ask if it manages to save `next` first. */
  | { kind: "half-open"; next: BreakerState }
  | { kind: "open"; untilMs: number; reason: string | null };

/** Whether the provider may be asked now. */
export function admit(state: BreakerState, nowMs: number): Admission {
  if (state.openUntilMs === 0) return { kind: "closed" };
  const untilMs = Math.max(state.openUntilMs, state.probeUntilMs);
  if (nowMs < untilMs) return { kind: "open", untilMs, reason: state.reason };
  return { kind: "half-open", next: { ...state, probeUntilMs: nowMs + probeMs } };
}

/**
 * The state after a request; the very same where nothing changed. Five failures in a row open it for a minute, one
 * failed try in half-open for another, a refused key at once for a quarter of an hour.
 */
export function afterRequest(
  state: BreakerState,
  outcome: { kind: "answered" } | { kind: "failed" | "unauthorized"; reason: string },
  nowMs: number,
): BreakerState {
  if (outcome.kind === "answered") {
    return state.failures === 0 && state.openUntilMs === 0 ? state : closed;
  }
  const failures = state.failures + 1;
  const { reason } = outcome;
  if (outcome.kind === "unauthorized") {
    return { failures, openUntilMs: nowMs + unauthorizedMs, probeUntilMs: 0, reason };
  }
  const opens = failures >= failuresToOpen || state.openUntilMs > 0;
  return { failures, openUntilMs: opens ? nowMs + openMs : 0, probeUntilMs: 0, reason };
}

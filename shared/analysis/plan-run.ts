import type { Head } from "./analysis-store.ts";
import { slotMs } from "./budget-store.ts";
import type { Analysis } from "./schemas.ts";

/** Somebody, or something that happened, wants an analysis. */
export interface RunRequest {
  incidentId: string;
  trigger: Analysis["trigger"];
  /** The version of the incident that this is about; null where a person asked. */
  incidentVersion: number | null;
  /** When it was asked for, ms. */
  askedMs: number;
}

export type RunPlan =
  | { kind: "run" }
  /** Nothing to do, and why. */
  | { kind: "drop"; why: string }
  /** Not yet: `holds` where this request is the one that will do it. */
  | { kind: "later"; atMs: number; holds: boolean; why: string };

/** Alerts that join make a new analysis at most this often. */
const againMs = 5 * 60_000;
/** A person who clicks twice gets one. */
const askedAgainMs = 10_000;
/** Of a tenant's runs in a slot, so many go to incidents that had none yet. */
export const mostRuns = 10;
const mostRepeats = 5;

/** What saw too little is looked at again after this, so that something stands within two minutes. */
const nextLookMs = 40_000;
const mostLooks = 3;
/** A signal of this strength is no accident of a single sample. */
const clearSignal = 0.3;

/** Pure: when to look again after this analysis, ms; 0 where it saw enough, or looked often enough. */
export function nextLookAfter(
  { version, trigger, hypotheses: [first] }: Pick<Analysis, "version" | "trigger" | "hypotheses">,
  nowMs: number,
): number {
  const isClear = first !== undefined && first.parts.signalStrength >= clearSignal;
  return trigger !== "opened" || isClear || version >= mostLooks ? 0 : nowMs + nextLookMs;
}

/** Pure: whether this request makes an analysis now. */
export function planRun(request: RunRequest, head: Head, runsUsed: number, nowMs: number): RunPlan {
  const { trigger, incidentVersion } = request;
  const looksAgain = head.nextLookMs > 0 && nowMs >= head.nextLookMs;
  if (trigger === "opened" && head.latest > 0 && !looksAgain) return { kind: "drop", why: "it is analysed" };
  if (trigger === "alerts") {
    if (head.latest === 0) return { kind: "drop", why: "its first analysis will see these alerts" };
    if (incidentVersion !== null && incidentVersion <= head.incidentVersion) {
      return { kind: "drop", why: "the newest analysis saw these alerts" };
    }
  }
  if (trigger === "asked" && head.latest > 0 && nowMs - head.rankedMs < askedAgainMs) {
    return { kind: "drop", why: "one was made just now" };
  }
  if (head.claimedUntilMs > nowMs) {
    if (trigger === "asked") return { kind: "drop", why: "one is being made" };
    return { kind: "later", atMs: head.claimedUntilMs, holds: false, why: "one is being made" };
  }
  if (trigger === "alerts") {
    const dueMs = head.rankedMs + againMs;
    if (nowMs < dueMs) return wait(head, dueMs, nowMs, "the newest analysis is a few minutes old");
  }
  if (trigger === "asked") return { kind: "run" };
  if (looksAgain && runsUsed >= mostRepeats) return { kind: "drop", why: "others need the time more" };
  if (runsUsed >= (trigger === "alerts" ? mostRepeats : mostRuns)) {
    const nextSlotMs = (Math.floor(nowMs / slotMs) + 1) * slotMs;
    return wait(head, nextSlotMs, nowMs, "too many incidents are being analysed");
  }
  return { kind: "run" };
}

/** Of all who wait for one incident, one holds the place; the others need not come back. */
function wait(head: Head, atMs: number, nowMs: number, why: string): RunPlan {
  if (head.pendingUntilMs > nowMs) return { kind: "drop", why: "another waits already" };
  return { kind: "later", atMs, holds: true, why };
}

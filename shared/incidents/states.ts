import type { IncidentState } from "../../events/incidents.ts";
import { Conflict } from "../platform/errors.ts";

const next: Readonly<Record<IncidentState, readonly IncidentState[]>> = {
  DETECTED: ["ACKNOWLEDGED", "INVESTIGATING", "MITIGATED", "RESOLVED"],
  ACKNOWLEDGED: ["INVESTIGATING", "MITIGATED", "RESOLVED"],
  INVESTIGATING: ["MITIGATED", "RESOLVED"],
  MITIGATED: ["RESOLVED", "INVESTIGATING"],
  RESOLVED: ["LEARNED", "INVESTIGATING"],
  LEARNED: [],
};

/** The states an incident may move to: forward, with skips, and back to INVESTIGATING when it was not over. */
export function nextStates(state: IncidentState): IncidentState[] {
  return [...next[state]];
}

/** Open = every state before RESOLVED. */
export function isOpen(state: IncidentState): boolean {
  return state !== "RESOLVED" && state !== "LEARNED";
}

/** Throws Conflict naming the legal moves. */
export function assertMayMove(from: IncidentState, to: IncidentState): void {
  if (next[from].includes(to)) return;
  const legal = next[from].join(", ") || "no other state";
  throw new Conflict(
    `An incident that is ${from} cannot become ${to}; from here it may become ${legal}.`,
    "to",
  );
}

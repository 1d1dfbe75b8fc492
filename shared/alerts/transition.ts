import type { Severity } from "../../events/alerts.ts";
import { formatDuration } from "./format.ts";
import type { AlertDecision, AlertState, MeasuredRuleInput } from "./schemas.ts";
import type { Verdict } from "./severity.ts";

/** Where one alert stands: all that the next verdict is applied to. Times are ms since the epoch. */
export interface AlertStatus {
  state: AlertState;
  severity: Severity;
  pendingSinceMs: number | null;
  startedMs: number | null;
  resolvedMs: number | null;
  /** Since when it fires on only because of `keepFiringForMs`. */
  clearSinceMs: number | null;
  /** Its missing data has been noted; the next value strikes it. */
  silent: boolean;
  /** The newest data it was reached from; a verdict from older data is ignored. */
  dataMs: number;
}

export type Outcome = Exclude<AlertDecision["outcome"], "evaluated">;
export type Emit = "none" | "fired" | "resolved" | "severity-changed";

export interface Transition {
  next: AlertStatus;
  emit: Emit;
  /** null = nothing that anyone would ask about. */
  outcome: Outcome | null;
  /** One clause, without a full stop: it follows what was measured. */
  why: string;
}

/** A verdict, the newest data it rests on, and whether that data is missing. */
export interface Sight {
  verdict: Verdict;
  dataMs: number;
  silent: boolean;
}

export type Timing = Pick<MeasuredRuleInput, "forMs" | "keepFiringForMs">;

/** An alert that never was. */
export const blankStatus: AlertStatus = {
  state: "inactive",
  severity: "info",
  pendingSinceMs: null,
  startedMs: null,
  resolvedMs: null,
  clearSinceMs: null,
  silent: false,
  dataMs: 0,
};

export const isOpen = (state: AlertState) => state === "pending" || state === "firing";

/**
 * The life of an alert: inactive → pending → firing → resolved, and from resolved anew. The severity is that of
 * the moment, so a condition that has held for `forMs` fires with the gravest threshold crossed just then.
 * Missing data has waited its own time already and does not wait for `forMs` again.
 */
export function applyTransition(status: AlertStatus, sight: Sight, rule: Timing, nowMs: number): Transition {
  if (sight.dataMs < status.dataMs) return still(status, "newer data has been judged already");
  const seen = { ...status, dataMs: sight.dataMs, silent: sight.silent && isOpen(status.state) };
  switch (sight.verdict.kind) {
    case "breach":
      return breach(seen, { ...sight, verdict: sight.verdict }, rule, nowMs, status.silent);
    case "clear":
      return clear(seen, rule, nowMs);
    case "hold":
      return hold(seen, sight.silent && !status.silent);
  }
}

/** Ends an open alert for a reason outside its condition: its rule was deleted, switched off or pointed elsewhere. */
export function closeStatus(status: AlertStatus, nowMs: number, why: string): Transition {
  switch (status.state) {
    case "pending":
      return drop(status, why);
    case "firing":
      return resolve(status, nowMs, why);
    default:
      return still(status, why);
  }
}

type Breach = Sight & { verdict: Extract<Verdict, { kind: "breach" }> };

function breach(
  status: AlertStatus,
  sight: Breach,
  rule: Timing,
  nowMs: number,
  wasSilent: boolean,
): Transition {
  const severity = sight.verdict.severity;
  switch (status.state) {
    case "inactive":
    case "resolved": {
      const pending = { ...status, severity, pendingSinceMs: nowMs, silent: sight.silent };
      if (sight.silent) return fire(pending, nowMs, "so it fires");
      if (rule.forMs === 0) return fire(pending, nowMs, "so it fires at once, as the rule asks");
      return {
        next: { ...pending, state: "pending", startedMs: null, resolvedMs: null, clearSinceMs: null },
        emit: "none",
        outcome: "pending",
        why: `it fires when that has held for ${formatDuration(rule.forMs)}`,
      };
    }
    case "pending": {
      const heldMs = nowMs - (status.pendingSinceMs ?? nowMs);
      if (sight.silent || heldMs >= rule.forMs) {
        return fire({ ...status, severity }, nowMs, `after ${formatDuration(heldMs)} of it the alert fires`);
      }
      return still({ ...status, severity }, "it has not held long enough yet");
    }
    case "firing":
      return breachAgain(status, sight, wasSilent);
  }
}

function breachAgain(status: AlertStatus, sight: Breach, wasSilent: boolean): Transition {
  const severity = sight.silent ? status.severity : sight.verdict.severity;
  const next = { ...status, severity, clearSinceMs: null };
  if (severity !== status.severity) {
    return {
      next,
      emit: "severity-changed",
      outcome: "severity-changed",
      why: `the firing alert goes from ${status.severity} to ${severity}`,
    };
  }
  if (sight.silent && !wasSilent) {
    return { next, emit: "none", outcome: "no-data", why: "the alert goes on firing" };
  }
  if (status.clearSinceMs !== null) {
    return { next, emit: "none", outcome: "kept", why: "the same alert goes on firing" };
  }
  return still(next, "the alert goes on firing");
}

function clear(status: AlertStatus, rule: Timing, nowMs: number): Transition {
  switch (status.state) {
    case "inactive":
    case "resolved":
      return still(status, "nothing fires");
    case "pending":
      return drop(
        status,
        `it had held for only ${formatDuration(nowMs - (status.pendingSinceMs ?? nowMs))} of the ${formatDuration(rule.forMs)} asked for, so nothing fires`,
      );
    case "firing": {
      const clearSinceMs = status.clearSinceMs ?? nowMs;
      if (nowMs - clearSinceMs >= rule.keepFiringForMs) {
        const firedForMs = Math.max(0, nowMs - (status.startedMs ?? nowMs));
        return resolve(status, nowMs, `the alert resolves after ${formatDuration(firedForMs)}`);
      }
      const next = { ...status, clearSinceMs };
      if (status.clearSinceMs !== null) return still(next, "the alert is kept firing");
      return {
        next,
        emit: "none",
        outcome: "kept",
        why: `the alert is kept firing for ${formatDuration(rule.keepFiringForMs)} yet`,
      };
    }
  }
}

function hold(status: AlertStatus, newlySilent: boolean): Transition {
  const why = `the alert stays ${status.state}`;
  if (!isOpen(status.state) || !newlySilent) return still(status, why);
  return { next: status, emit: "none", outcome: "no-data", why };
}

function fire(status: AlertStatus, nowMs: number, why: string): Transition {
  return {
    next: { ...status, state: "firing", startedMs: nowMs, resolvedMs: null, clearSinceMs: null },
    emit: "fired",
    outcome: "fired",
    why,
  };
}

function resolve(status: AlertStatus, nowMs: number, why: string): Transition {
  const resolvedMs = Math.max(nowMs, status.startedMs ?? nowMs);
  return {
    next: { ...status, state: "resolved", resolvedMs, clearSinceMs: null, silent: false },
    emit: "resolved",
    outcome: "resolved",
    why,
  };
}

function drop(status: AlertStatus, why: string): Transition {
  return {
    next: { ...status, state: "inactive", pendingSinceMs: null, silent: false },
    emit: "none",
    outcome: "pending-dropped",
    why,
  };
}

function still(next: AlertStatus, why: string): Transition {
  return { next, emit: "none", outcome: null, why };
}

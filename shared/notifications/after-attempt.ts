import { isoTime } from "../platform/clock.ts";
import { maxAttempts } from "./before-attempt.ts";
import type { SendOutcome } from "./channels/message.ts";
import type { StoredDelivery } from "./delivery.ts";
import type { Attempt } from "./schemas.ts";

/** How long after each attempt the next one comes, ms, where the far end names no time itself. */
const backOffMs = [5_000, 30_000, 120_000, 300_000, 600_000, 900_000, 900_000];
/** So that messages which failed together do not come back together. */
const jitter = 0.2;

export interface AttemptMade {
  outcome: SendOutcome;
  /** When it began. */
  atMs: number;
  durationMs: number;
}

export type After =
  | { kind: "delivered"; delivery: StoredDelivery }
  | { kind: "again"; delivery: StoredDelivery; pauseChannelUntilMs: number | undefined }
  /** Final; the channel is broken, for this reason. */
  | { kind: "failed"; delivery: StoredDelivery; reason: string };

/**
 * What becomes of a delivery after an attempt. A named waiting time is obeyed to the millisecond; else the next
 * attempt backs off, with `random` in [0, 1) as its jitter. Eight attempts, one hour, then it has failed.
 */
export function afterAttempt(
  delivery: StoredDelivery,
  { outcome, atMs, durationMs }: AttemptMade,
  random: number,
): After {
  const endMs = atMs + durationMs;
  const made = (as: Attempt["outcome"], reason: string, nextMs?: number): StoredDelivery => ({
    ...delivery,
    version: delivery.version + 1,
    leaseUntilMs: 0,
    attempts: [
      ...delivery.attempts,
      {
        at: isoTime(atMs),
        outcome: as,
        status: outcome.status,
        durationMs,
        nextAt: nextMs === undefined ? null : isoTime(nextMs),
        reason,
      },
    ],
  });
  const finished = (state: "delivered" | "failed", of: StoredDelivery): StoredDelivery => ({
    ...of,
    state,
    finishedAt: isoTime(endMs),
  });
  switch (outcome.kind) {
    case "accepted":
      return { kind: "delivered", delivery: finished("delivered", made("accepted", "The channel took it.")) };
    case "rejected": {
      const { reason } = outcome;
      return { kind: "failed", delivery: finished("failed", made("failed", reason)), reason };
    }
    case "wait":
    case "retry": {
      const nextMs = endMs + (outcome.kind === "wait" ? outcome.waitMs : backOff(delivery, random));
      if (delivery.startedAttempts >= maxAttempts || nextMs > delivery.giveUpAtMs) {
        const reason = `Given up after ${delivery.startedAttempts} attempts. ${outcome.reason}`;
        return { kind: "failed", delivery: finished("failed", made("failed", reason)), reason };
      }
      const again = made("retry", outcome.reason, nextMs);
      return {
        kind: "again",
        delivery: { ...again, state: "retrying", notBeforeMs: nextMs },
        pauseChannelUntilMs: outcome.kind === "wait" ? nextMs : undefined,
      };
    }
  }
}

function backOff({ startedAttempts }: StoredDelivery, random: number): number {
  const base = backOffMs[Math.min(startedAttempts, backOffMs.length) - 1] ?? 0;
  return Math.round(base * (1 + jitter * (2 * random - 1)));
}

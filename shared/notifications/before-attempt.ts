import type { StoredChannel } from "./channel.ts";
import { isFinished, reachesChannel, type StoredDelivery } from "./delivery.ts";
import { mayHear } from "./own-project.ts";

export const maxAttempts = 8;
/** Longer than the function may run: a claim that outlived its process is free again. */
export const leaseMs = 35_000;

/** An attempt under way is over long before its lease is; so long it is given to finish. */
const underWayPollMs = 1_000;

export type Before =
  | { kind: "attempt" }
  /** Not yet; look again at that moment. */
  | { kind: "wait"; untilMs: number }
  /** Never: it would be wrong or useless now. */
  | { kind: "suppress"; reason: string }
  /** Never: it had its time and its attempts. */
  | { kind: "give-up"; reason: string }
  /** It was worked off before. */
  | { kind: "finished" };

export interface BeforeInput {
  delivery: StoredDelivery;
  channel: StoredChannel | undefined;
  channelPausedUntilMs: number;
  /** The earlier messages that this one follows. */
  followed: readonly StoredDelivery[];
}

/** Whether a delivery may be attempted now, and if not, what becomes of it. */
export function beforeAttempt(input: BeforeInput, nowMs: number): Before {
  const { delivery, channel, channelPausedUntilMs, followed } = input;
  if (isFinished(delivery)) return { kind: "finished" };
  if (!channel) return { kind: "suppress", reason: "The channel was deleted before the message left." };
  if (!channel.enabled && delivery.kind !== "test") {
    return { kind: "suppress", reason: "The channel was switched off before the message left." };
  }
  const { subject } = delivery;
  if (subject.about === "incident" && !mayHear(channel, subject.facts.project)) {
    return {
      kind: "suppress",
      reason: `The channel became project ${channel.project}'s before the message left.`,
    };
  }
  if (delivery.leaseUntilMs > nowMs) return { kind: "wait", untilMs: delivery.leaseUntilMs };
  if (delivery.startedAttempts >= maxAttempts) {
    return { kind: "give-up", reason: `No attempt of ${delivery.startedAttempts} came to an end.` };
  }
  if (delivery.notBeforeMs > nowMs) return { kind: "wait", untilMs: delivery.notBeforeMs };
  if (delivery.kind === "incident.resolved" && !followed.some(reachesChannel)) {
    return { kind: "suppress", reason: "No message that told of the incident ever arrived in this channel." };
  }
  const underWay = followed.some((one) => !isFinished(one) && one.leaseUntilMs > nowMs);
  const busyUntilMs = Math.max(channelPausedUntilMs, underWay ? nowMs + underWayPollMs : 0);
  if (busyUntilMs <= nowMs) return { kind: "attempt" };
  if (busyUntilMs > delivery.giveUpAtMs) {
    return { kind: "give-up", reason: "The channel asked for patience until the message was an hour late." };
  }
  return { kind: "wait", untilMs: busyUntilMs };
}

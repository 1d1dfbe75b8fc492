import type { Envelope } from "../../events/envelope.ts";
import { envelop } from "../platform/bus/envelop.ts";
import type { Publish } from "../platform/bus/publish.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { derivedId } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import { afterAttempt } from "./after-attempt.ts";
import { beforeAttempt, leaseMs } from "./before-attempt.ts";
import type { StoredChannel } from "./channel.ts";
import type { ChannelStore } from "./channel-store.ts";
import type { Send } from "./channels/send.ts";
import { type ComposeDeps, composeMessage } from "./compose-message.ts";
import { isFinished, type StoredDelivery } from "./delivery.ts";
import type { DeliveryStore } from "./delivery-store.ts";
import { markChannel } from "./mark-channel.ts";
import { giveUpAfterMs } from "./owe.ts";

export interface DeliverDeps extends ComposeDeps {
  deliveries: DeliveryStore;
  channels: ChannelStore;
  send: Send;
  publish: Publish;
  log: Log;
  /** For the duration of an attempt, ms from any start. */
  stopwatchMs(): number;
  /** In [0, 1). */
  random(): number;
}

export type Delivered = { kind: "finished" } | { kind: "later"; atMs: number };

/** So that messages which waited for the same channel do not all come back in the same instant. */
const spreadMs = 2_000;

/**
 * Brings one delivery a step further: at most one attempt, recorded with its outcome, or the moment to look
 * again. Of several that hold the same delivery one makes the attempt. A process that dies between the far
 * end's answer and its record repeats the attempt under the same key.
 */
export async function deliverNotification(
  ctx: Ctx,
  deliveryId: string,
  deps: DeliverDeps,
): Promise<Delivered> {
  const delivery = await deps.deliveries.find(ctx.tenantId, deliveryId);
  if (!delivery) {
    deps.log.warn("a delivery that is no more was asked for", { deliveryId });
    return { kind: "finished" };
  }
  const [channel, channelPausedUntilMs, followed] = await Promise.all([
    deps.channels.find(ctx.tenantId, delivery.channelId),
    deps.channels.pausedUntilMs(ctx.tenantId, delivery.channelId),
    deps.deliveries.findMany(ctx.tenantId, delivery.follows),
  ]);
  const before = beforeAttempt({ delivery, channel, channelPausedUntilMs, followed }, ctx.nowMs);
  switch (before.kind) {
    case "finished":
      return { kind: "finished" };
    case "wait":
      return {
        kind: "later",
        atMs: before.untilMs + (before.untilMs === delivery.notBeforeMs ? 0 : deps.random() * spreadMs),
      };
    case "suppress":
      await finish(ctx, suppressed(ctx, delivery, before.reason), [], deps);
      return { kind: "finished" };
    case "give-up":
      return giveUp(ctx, delivery, channel, before.reason, deps);
    case "attempt":
      return channel ? attempt(ctx, delivery, channel, followed, deps) : { kind: "finished" };
  }
}

async function attempt(
  ctx: Ctx,
  delivery: StoredDelivery,
  channel: StoredChannel,
  followed: readonly StoredDelivery[],
  deps: DeliverDeps,
): Promise<Delivered> {
  const message = await composeMessage(ctx, delivery, channel, deps);
  if (!message) {
    await finish(ctx, suppressed(ctx, delivery, "All it would count was sent by itself."), [], deps);
    return { kind: "finished" };
  }
  const claimed: StoredDelivery = {
    ...delivery,
    version: delivery.version + 1,
    leaseUntilMs: ctx.nowMs + leaseMs,
    startedAttempts: delivery.startedAttempts + 1,
    // What waited in a queue that stood still has its full hour yet.
    giveUpAtMs: delivery.startedAttempts === 0 ? ctx.nowMs + giveUpAfterMs : delivery.giveUpAtMs,
  };
  const claim = await deps.deliveries.replace(ctx.tenantId, claimed);
  if (claim === "lost") return { kind: "later", atMs: ctx.nowMs + leaseMs };
  await Promise.all(
    followed
      .filter((one) => !isFinished(one))
      .map((one) =>
        finish(ctx, suppressed(ctx, one, `Outdated before it left by ${delivery.id}.`), [], deps),
      ),
  );

  const startMs = deps.stopwatchMs();
  const outcome = await deps.send(channel, message);
  const durationMs = Math.round(deps.stopwatchMs() - startMs);
  const after = afterAttempt(claimed, { outcome, atMs: ctx.nowMs, durationMs }, deps.random());
  if (outcome.kind !== "accepted") {
    deps.log.warn("an attempt to deliver did not succeed", { deliveryId: delivery.id, outcome });
  }
  switch (after.kind) {
    case "delivered":
      await finish(ctx, after.delivery, [deliveredEvent(ctx, after.delivery)], deps);
      await markChannel(ctx, channel, { status: "working", statusReason: null }, deps);
      return { kind: "finished" };
    case "failed":
      await finish(ctx, after.delivery, [failedEvent(ctx, after.delivery, after.reason)], deps);
      await markChannel(ctx, channel, { status: "broken", statusReason: after.reason }, deps);
      return { kind: "finished" };
    case "again":
      await deps.deliveries.replace(ctx.tenantId, after.delivery);
      if (after.pauseChannelUntilMs !== undefined) {
        await deps.channels.pause(ctx.tenantId, channel.id, after.pauseChannelUntilMs);
      }
      return { kind: "later", atMs: after.delivery.notBeforeMs };
  }
}

async function giveUp(
  ctx: Ctx,
  delivery: StoredDelivery,
  channel: StoredChannel | undefined,
  reason: string,
  deps: DeliverDeps,
): Promise<Delivered> {
  const failed: StoredDelivery = {
    ...delivery,
    version: delivery.version + 1,
    state: "failed",
    reason: `${delivery.reason} ${reason}`,
    finishedAt: isoTime(ctx.nowMs),
  };
  await finish(ctx, failed, [failedEvent(ctx, failed, reason)], deps);
  if (channel) await markChannel(ctx, channel, { status: "broken", statusReason: reason }, deps);
  return { kind: "finished" };
}

/** Losing means that another holder of the same delivery finished it; then its events are that one's to send. */
async function finish(
  ctx: Ctx,
  delivery: StoredDelivery,
  events: readonly Envelope[],
  deps: DeliverDeps,
): Promise<void> {
  const saved = await deps.deliveries.replace(ctx.tenantId, delivery, events);
  if (saved === "lost" || events.length === 0) return;
  await deps.publish(events);
  await deps.deliveries.settle(ctx.tenantId, delivery.id, events);
}

function suppressed(ctx: Ctx, delivery: StoredDelivery, reason: string): StoredDelivery {
  return {
    ...delivery,
    version: delivery.version + 1,
    state: "suppressed",
    reason,
    finishedAt: isoTime(ctx.nowMs),
  };
}

function deliveredEvent(ctx: Ctx, delivery: StoredDelivery): Envelope {
  return envelop(ctx, "notifications", {
    id: derivedId("event", delivery.id, "delivered"),
    type: "notification.delivered.v1",
    data: factsOf(delivery),
  });
}

function failedEvent(ctx: Ctx, delivery: StoredDelivery, reason: string): Envelope {
  return envelop(ctx, "notifications", {
    id: derivedId("event", delivery.id, "failed"),
    type: "notification.failed.v1",
    data: { ...factsOf(delivery), reason },
  });
}

function factsOf(delivery: StoredDelivery) {
  return {
    deliveryId: delivery.id,
    channelId: delivery.channelId,
    channelKind: delivery.channelKind,
    incidentId: delivery.incidentId,
    attempts: delivery.startedAttempts,
  };
}

import { audited } from "../audit/index.ts";
import type { Publish } from "../platform/bus/publish.ts";
import type { Ctx } from "../platform/context.ts";
import { LimitExceeded } from "../platform/errors.ts";
import { newId } from "../platform/ids.ts";
import { type StoredChannel, unconfirmed } from "./channel.ts";
import { channelFacts, channelResource } from "./channel-facts.ts";
import type { ChannelDeps } from "./create-channel.ts";
import type { StoredDelivery } from "./delivery.ts";
import type { DeliveryStore } from "./delivery-store.ts";
import { messagesPerMinute } from "./fold.ts";
import type { FoldStore } from "./fold-store.ts";
import { noteDeliveries, pendingDelivery, requestOf } from "./owe.ts";
import { ownChannel } from "./read-channels.ts";

export interface TestChannelDeps extends Pick<ChannelDeps, "channels" | "subscribeEmail"> {
  deliveries: DeliveryStore;
  folds: FoldStore;
  publish: Publish;
}

/**
 * Sends a test message on the road that every message takes, also through a channel that is switched off.
 * The answer is the delivery, not yet attempted. Throws NotFound, Forbidden for a channel of the whole tenant where
 * the credential is narrowed, and LimitExceeded beyond the channel's messages of this minute.
 */
export async function testChannel(ctx: Ctx, id: string, deps: TestChannelDeps): Promise<StoredDelivery> {
  const channel = await ownChannel(ctx, id, deps.channels);
  if ((await deps.folds.countInMinute(ctx.tenantId, id, ctx.nowMs)) > messagesPerMinute) {
    const retryAfterS = Math.ceil((60_000 - (ctx.nowMs % 60_000)) / 1000);
    throw new LimitExceeded(`A channel gets at most ${messagesPerMinute} messages a minute.`, retryAfterS);
  }
  if (channel.kind === "email") await askConfirmed(ctx, channel, deps);
  const delivery = pendingDelivery({
    id: newId("delivery"),
    kind: "test",
    channel,
    subject: { about: "test" },
    title: "Test message",
    reason: `Asked for by ${ctx.actor.name ?? ctx.actor.id}.`,
    createdAtMs: ctx.nowMs,
  });
  const resource = channelResource(channel);
  const record = audited(ctx, { did: "tested", resource, after: { deliveryId: delivery.id } });
  await noteDeliveries(ctx, [delivery], deps, (noted) => [requestOf(ctx, noted), record]);
  return delivery;
}

/** SNS takes a message for an unconfirmed address and drops it; asking again reminds the owner. */
async function askConfirmed(
  ctx: Ctx,
  channel: Extract<StoredChannel, { kind: "email" }>,
  { channels, subscribeEmail }: TestChannelDeps,
): Promise<void> {
  const { confirmed } = await subscribeEmail(channel.address);
  if (confirmed === channel.confirmed) return;
  const statusReason = confirmed ? null : unconfirmed;
  const marked = {
    ...channel,
    confirmed,
    status: "untested" as const,
    statusReason,
    version: channel.version + 1,
  };
  const change = { before: channelFacts(channel), after: channelFacts(marked) };
  const why = statusReason ?? "The address was confirmed.";
  const owed = [audited(ctx, { did: "marked", resource: channelResource(marked), ...change, why })];
  await channels.replace(ctx.tenantId, marked, owed);
}

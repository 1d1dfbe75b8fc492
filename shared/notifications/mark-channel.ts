import { audited } from "../audit/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { StoredChannel } from "./channel.ts";
import { channelFacts, channelResource } from "./channel-facts.ts";
import type { ChannelStore } from "./channel-store.ts";

const tries = 4;

/**
 * Notes on a channel whether it works, when that changed. What was learnt of an address that its owner has
 * since changed says nothing, and an e-mail address works only once it is confirmed.
 */
export async function markChannel(
  ctx: Ctx,
  attempted: StoredChannel,
  mark: { status: "working"; statusReason: null } | { status: "broken"; statusReason: string },
  { channels }: { channels: ChannelStore },
): Promise<void> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const channel = attempt === 0 ? attempted : await channels.find(ctx.tenantId, attempted.id);
    if (!channel || channel.updatedAt !== attempted.updatedAt) return;
    if (channel.status === mark.status && channel.statusReason === mark.statusReason) return;
    if (mark.status === "working" && channel.kind === "email" && !channel.confirmed) return;
    const marked = { ...channel, ...mark, version: channel.version + 1 };
    const change = { before: channelFacts(channel), after: channelFacts(marked) };
    const why = mark.statusReason ?? "A message was taken.";
    const owed = [audited(ctx, { did: "marked", resource: channelResource(marked), ...change, why })];
    if ((await channels.replace(ctx.tenantId, marked, owed)) === "saved") return;
  }
}

import type { Ctx } from "../platform/context.ts";
import { fillPage } from "../platform/fill-page.ts";
import { type StoredChannel, showChannel } from "./channel.ts";
import type { ChannelStore } from "./channel-store.ts";
import { isSeenBy, requireOwn, requireSeen } from "./own-project.ts";
import type { Channel, ChannelList, PageQuery } from "./schemas.ts";

/** The channels of the projects that may be seen, and the whole tenant's. */
export async function listChannels(ctx: Ctx, page: PageQuery, channels: ChannelStore): Promise<ChannelList> {
  const { items, cursor } = await fillPage(
    page,
    (part) => channels.list(ctx.tenantId, part),
    (channel) => isSeenBy(ctx, channel),
  );
  return { items: items.map(showChannel), cursor };
}

/** Throws NotFound, for another project's too. */
export async function readChannel(ctx: Ctx, id: string, channels: ChannelStore): Promise<Channel> {
  return showChannel(requireSeen(ctx, "channel", await channels.get(ctx.tenantId, id)));
}

/** One that may be changed. Throws NotFound, and Forbidden for the whole tenant's where the credential is narrowed. */
export async function ownChannel(ctx: Ctx, id: string, channels: ChannelStore): Promise<StoredChannel> {
  return requireOwn(ctx, "channel", await channels.get(ctx.tenantId, id));
}

import { audited } from "../audit/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict } from "../platform/errors.ts";
import { channelFacts, channelResource } from "./channel-facts.ts";
import type { ChannelDeps } from "./create-channel.ts";
import { routeResource } from "./create-route.ts";
import { ownChannel } from "./read-channels.ts";

/**
 * Removes a channel, and takes it out of its routes first; a route that led nowhere else goes with it.
 * Throws NotFound, Forbidden for one of the whole tenant where the credential is narrowed, and Conflict where a
 * route was changed in the same moment.
 */
export async function removeChannel(
  ctx: Ctx,
  id: string,
  { channels, routes }: Pick<ChannelDeps, "channels" | "routes">,
): Promise<void> {
  const channel = await ownChannel(ctx, id, channels);
  const why = `The channel "${channel.name}" was deleted.`;
  for (const route of await routes.all(ctx.tenantId)) {
    if (!route.channelIds.includes(id)) continue;
    const channelIds = route.channelIds.filter((channelId) => channelId !== id);
    const resource = routeResource(route);
    if (channelIds.length === 0) {
      const owed = [audited(ctx, { did: "deleted", resource, before: route, why })];
      await routes.remove(ctx.tenantId, route.id, owed);
    } else {
      const without = {
        ...route,
        channelIds,
        version: route.version + 1,
        updatedAt: isoTime(ctx.nowMs),
      };
      const owed = [audited(ctx, { did: "updated", resource, before: route, after: without, why })];
      if ((await routes.replace(ctx.tenantId, without, owed)) === "lost") {
        throw new Conflict(`The route "${route.name}" was changed in this moment; remove the channel again.`);
      }
    }
  }
  await channels.remove(ctx.tenantId, id, [
    audited(ctx, { did: "deleted", resource: channelResource(channel), before: channelFacts(channel) }),
  ]);
}

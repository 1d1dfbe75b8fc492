import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict } from "../platform/errors.ts";
import type { ChannelDeps } from "./create-channel.ts";

/**
 * Removes a channel, and takes it out of its routes first; a route that led nowhere else goes with it.
 * Throws NotFound, and Conflict where a route was changed in the same moment.
 */
export async function removeChannel(
  ctx: Ctx,
  id: string,
  { channels, routes }: Pick<ChannelDeps, "channels" | "routes">,
): Promise<void> {
  await channels.get(ctx.tenantId, id);
  for (const route of await routes.all(ctx.tenantId)) {
    if (!route.channelIds.includes(id)) continue;
    const channelIds = route.channelIds.filter((channelId) => channelId !== id);
    if (channelIds.length === 0) await routes.remove(ctx.tenantId, route.id);
    else {
      const without = {
        ...route,
        channelIds,
        version: route.version + 1,
        updatedAt: isoTime(ctx.nowMs),
      };
      if ((await routes.replace(ctx.tenantId, without)) === "lost") {
        throw new Conflict(`The route "${route.name}" was changed in this moment; remove the channel again.`);
      }
    }
  }
  await channels.remove(ctx.tenantId, id);
}

import { audited } from "../audit/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict, NotFound } from "../platform/errors.ts";
import { newId } from "../platform/ids.ts";
import { parseMatchers } from "../platform/labels/matchers.ts";
import type { ChannelStore } from "./channel-store.ts";
import type { RouteStore } from "./route-store.ts";
import type { NotificationRoute, RouteInput } from "./schemas.ts";

export interface RouteDeps {
  channels: ChannelStore;
  routes: RouteStore;
}

export const maxRoutes = 100;

/** Throws Invalid for matchers that cannot be read, NotFound for a channel that is not the tenant's, Conflict beyond 100. */
export async function createRoute(ctx: Ctx, input: RouteInput, deps: RouteDeps): Promise<NotificationRoute> {
  await checkRoute(ctx, input, deps.channels);
  const standing = await deps.routes.all(ctx.tenantId);
  if (standing.length >= maxRoutes) {
    throw new Conflict(`There are ${standing.length} routes already, which is the most; remove one first.`);
  }
  const route = makeRoute(ctx, newId("route"), input);
  await deps.routes.create(ctx.tenantId, route, [
    audited(ctx, { did: "created", resource: routeResource(route), after: route }),
  ]);
  return route;
}

export function makeRoute(ctx: Ctx, id: string, input: RouteInput): NotificationRoute {
  const now = isoTime(ctx.nowMs);
  return { ...input, id, version: 1, createdAt: now, updatedAt: now };
}

export function routeResource({ id, name }: NotificationRoute) {
  return { type: "notification-route", id, name };
}

export async function checkRoute(ctx: Ctx, input: RouteInput, channels: ChannelStore): Promise<void> {
  parseMatchers(input.match, "match");
  const known = new Set((await channels.all(ctx.tenantId)).map(({ id }) => id));
  const unknown = input.channelIds.find((id) => !known.has(id));
  if (unknown !== undefined) throw new NotFound("channel", unknown);
}

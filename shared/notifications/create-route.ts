import { audited } from "../audit/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict, Invalid, NotFound } from "../platform/errors.ts";
import { newId } from "../platform/ids.ts";
import { parseMatchers } from "../platform/labels/matchers.ts";
import { chooseProject } from "../platform/labels/project.ts";
import type { ChannelStore } from "./channel-store.ts";
import { isSeenBy, mayHear } from "./own-project.ts";
import type { RouteStore } from "./route-store.ts";
import type { NotificationRoute, RouteInput } from "./schemas.ts";

export interface RouteDeps {
  channels: ChannelStore;
  routes: RouteStore;
}

export const maxRoutes = 100;

/** What a route says, with its project decided. */
export type PlacedRoute = RouteInput & { project: string | null };

/**
 * Makes a route. Throws Invalid for matchers that cannot be read, a project that has to be named or a channel of
 * another one, Forbidden for a project that is not the maker's, NotFound for a channel that is not there to be seen,
 * and Conflict beyond 100, of which there are never more, however many are made at once.
 */
export async function createRoute(ctx: Ctx, said: RouteInput, deps: RouteDeps): Promise<NotificationRoute> {
  const input = { ...said, project: chooseProject(ctx, said.project, null) };
  await checkRoute(ctx, input, deps.channels);
  const route = makeRoute(ctx, newId("route"), input);
  const owed = [audited(ctx, { did: "created", resource: routeResource(route), after: route })];
  await deps.channels.oneAtATime(ctx.tenantId, async () => {
    const standing = await deps.routes.all(ctx.tenantId);
    if (standing.length >= maxRoutes) {
      throw new Conflict(
        `The tenant has ${standing.length} routes, of all projects together, which is the most; remove one, or have one removed, first.`,
      );
    }
    await deps.routes.create(ctx.tenantId, route, owed);
  });
  return route;
}

export function makeRoute(ctx: Ctx, id: string, input: PlacedRoute): NotificationRoute {
  const now = isoTime(ctx.nowMs);
  return { ...input, id, version: 1, createdAt: now, updatedAt: now };
}

export function routeResource({ id, name }: NotificationRoute) {
  return { type: "notification-route", id, name };
}

export async function checkRoute(ctx: Ctx, input: PlacedRoute, channels: ChannelStore): Promise<void> {
  parseMatchers(input.match, "match");
  const seen = (await channels.all(ctx.tenantId)).filter((channel) => isSeenBy(ctx, channel));
  for (const id of input.channelIds) {
    const channel = seen.find((one) => one.id === id);
    if (!channel) throw new NotFound("channel", id);
    if (!mayHear(channel, input.project)) {
      throw new Invalid(
        `The channel "${channel.name}" is of project ${channel.project}, and the route of ${input.project ?? "the whole tenant"}; a route may lead to channels of its own project and of the whole tenant.`,
        "channelIds",
      );
    }
  }
}

import { audited } from "../audit/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict } from "../platform/errors.ts";
import { mayUseProject } from "../platform/labels/project.ts";
import { checkRoute, type RouteDeps, routeResource } from "./create-route.ts";
import { ownRoute } from "./read-routes.ts";
import type { NotificationRoute, RouteInput } from "./schemas.ts";

/**
 * Replaces a route; its project stays where none is named. Throws as createRoute does, NotFound, Forbidden for one of
 * the whole tenant where the credential is narrowed, and Conflict where somebody else changed it in the same moment.
 */
export async function updateRoute(
  ctx: Ctx,
  id: string,
  said: RouteInput,
  deps: RouteDeps,
): Promise<NotificationRoute> {
  const before = await ownRoute(ctx, id, deps.routes);
  const input = { ...said, project: said.project === undefined ? before.project : said.project };
  mayUseProject(ctx, input.project);
  await checkRoute(ctx, input, deps.channels);
  const after = { ...before, ...input, version: before.version + 1, updatedAt: isoTime(ctx.nowMs) };
  const owed = [audited(ctx, { did: "updated", resource: routeResource(after), before, after })];
  if ((await deps.routes.replace(ctx.tenantId, after, owed)) === "lost") {
    throw new Conflict("The route was changed by somebody else in this moment; look at it again.");
  }
  return after;
}

/** Throws NotFound, and Forbidden for one of the whole tenant where the credential is narrowed. */
export async function removeRoute(ctx: Ctx, id: string, { routes }: RouteDeps): Promise<void> {
  const before = await ownRoute(ctx, id, routes);
  await routes.remove(ctx.tenantId, id, [
    audited(ctx, { did: "deleted", resource: routeResource(before), before }),
  ]);
}

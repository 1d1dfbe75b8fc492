import { audited } from "../audit/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict } from "../platform/errors.ts";
import { checkRoute, type RouteDeps, routeResource } from "./create-route.ts";
import type { NotificationRoute, RouteInput } from "./schemas.ts";

/** Replaces a route. Throws as createRoute does, and Conflict where somebody else changed it in the same moment. */
export async function updateRoute(
  ctx: Ctx,
  id: string,
  input: RouteInput,
  deps: RouteDeps,
): Promise<NotificationRoute> {
  const before = await deps.routes.get(ctx.tenantId, id);
  await checkRoute(ctx, input, deps.channels);
  const after = { ...before, ...input, version: before.version + 1, updatedAt: isoTime(ctx.nowMs) };
  const owed = [audited(ctx, { did: "updated", resource: routeResource(after), before, after })];
  if ((await deps.routes.replace(ctx.tenantId, after, owed)) === "lost") {
    throw new Conflict("The route was changed by somebody else in this moment; look at it again.");
  }
  return after;
}

/** Throws NotFound. */
export async function removeRoute(ctx: Ctx, id: string, { routes }: RouteDeps): Promise<void> {
  const before = await routes.get(ctx.tenantId, id);
  await routes.remove(ctx.tenantId, id, [
    audited(ctx, { did: "deleted", resource: routeResource(before), before }),
  ]);
}

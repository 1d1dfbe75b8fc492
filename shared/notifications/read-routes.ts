import type { Ctx } from "../platform/context.ts";
import { fillPage } from "../platform/fill-page.ts";
import { isSeenBy, requireOwn } from "./own-project.ts";
import type { RouteStore } from "./route-store.ts";
import type { NotificationRoute, PageQuery, RouteList } from "./schemas.ts";

/** The routes of the projects that may be seen, and the whole tenant's. */
export function listRoutes(ctx: Ctx, page: PageQuery, routes: RouteStore): Promise<RouteList> {
  return fillPage(
    page,
    (part) => routes.list(ctx.tenantId, part),
    (route) => isSeenBy(ctx, route),
  );
}

/** One that may be changed. Throws NotFound, and Forbidden for the whole tenant's where the credential is narrowed. */
export async function ownRoute(ctx: Ctx, id: string, routes: RouteStore): Promise<NotificationRoute> {
  return requireOwn(ctx, "notification route", await routes.get(ctx.tenantId, id));
}

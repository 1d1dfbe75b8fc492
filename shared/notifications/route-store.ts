import type { Envelope } from "../../events/envelope.ts";
import type { Item, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { NotFound } from "../platform/errors.ts";
import { NotificationRoute, type PageQuery } from "./schemas.ts";

export type RouteStore = ReturnType<typeof makeRouteStore>;

const routes = "ROUTES";
const routeKey = (id: string) => ({ pk: routes, sk: id });

/** A tenant's notification routes, oldest first. */
export function makeRouteStore(table: TenantTable) {
  return {
    /** Throws NotFound. */
    async get(tenantId: string, id: string): Promise<NotificationRoute> {
      const item = await table.get(tenantId, routeKey(id));
      if (!item) throw new NotFound("notification route", id);
      return NotificationRoute.parse(item);
    },

    async list(tenantId: string, { limit, cursor }: PageQuery) {
      const page = await table.query(tenantId, { pk: routes, limit, cursor, consistent: true });
      return { items: page.items.map((item) => NotificationRoute.parse(item)), cursor: page.cursor };
    },

    async all(tenantId: string): Promise<NotificationRoute[]> {
      const found: NotificationRoute[] = [];
      for await (const item of table.queryAll(tenantId, { pk: routes, consistent: true })) {
        found.push(NotificationRoute.parse(item));
      }
      return found;
    },

    create(tenantId: string, route: NotificationRoute, owed: readonly Envelope[] = []): Promise<Saved> {
      return table.change(tenantId, toItem(route), owed, { absent: true });
    },

    /** Replaces version `route.version` − 1. */
    replace(tenantId: string, route: NotificationRoute, owed: readonly Envelope[] = []): Promise<Saved> {
      return table.change(tenantId, toItem(route), owed, { version: route.version - 1 });
    },

    async remove(tenantId: string, id: string, owed: readonly Envelope[] = []): Promise<void> {
      await table.retire(tenantId, routeKey(id), owed);
    },
  };
}

function toItem(route: NotificationRoute): Item {
  return { ...routeKey(route.id), ...route };
}

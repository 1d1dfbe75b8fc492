import { notificationContracts } from "../../shared/notifications/contracts.ts";
import {
  createChannel,
  createRoute,
  removeChannel,
  removeRoute,
  showChannel,
  testChannel,
  updateChannel,
  updateRoute,
} from "../../shared/notifications/index.ts";
import {
  type ChannelList,
  Delivery,
  type DeliveryList,
  type RouteList,
} from "../../shared/notifications/schemas.ts";
import { contracted } from "../../shared/platform/http/contract.ts";
import type { Services } from "./services.ts";

export const routes = contracted(notificationContracts).with<Services>({
  "GET /api/channels": async ({ query }, ctx, { channels }) => {
    const page = await channels.list(ctx.tenantId, query);
    const list: ChannelList = { items: page.items.map(showChannel), cursor: page.cursor ?? null };
    return { status: 200, body: list };
  },
  "POST /api/channels": async ({ body }, ctx, services) => ({
    status: 201,
    body: await createChannel(ctx, body, services),
  }),
  "GET /api/channels/{id}": async ({ params }, ctx, { channels }) => ({
    status: 200,
    body: showChannel(await channels.get(ctx.tenantId, params.id)),
  }),
  "PUT /api/channels/{id}": async ({ params, body }, ctx, services) => ({
    status: 200,
    body: await updateChannel(ctx, params.id, body, services),
  }),
  "DELETE /api/channels/{id}": async ({ params }, ctx, services) => {
    await removeChannel(ctx, params.id, services);
    return { status: 204 };
  },
  "POST /api/channels/{id}/test": async ({ params }, ctx, services) => ({
    status: 202,
    body: Delivery.parse(await testChannel(ctx, params.id, services)),
  }),

  "GET /api/notification-routes": async ({ query }, ctx, services) => {
    const page = await services.routes.list(ctx.tenantId, query);
    const list: RouteList = { items: page.items, cursor: page.cursor ?? null };
    return { status: 200, body: list };
  },
  "POST /api/notification-routes": async ({ body }, ctx, services) => ({
    status: 201,
    body: await createRoute(ctx, body, services),
  }),
  "PUT /api/notification-routes/{id}": async ({ params, body }, ctx, services) => ({
    status: 200,
    body: await updateRoute(ctx, params.id, body, services),
  }),
  "DELETE /api/notification-routes/{id}": async ({ params }, ctx, services) => {
    await removeRoute(ctx, params.id, services);
    return { status: 204 };
  },

  "GET /api/deliveries": async ({ query }, ctx, { deliveries }) => {
    const page = await deliveries.list(ctx.tenantId, query);
    const list: DeliveryList = {
      items: page.items.map((item) => Delivery.parse(item)),
      cursor: page.cursor ?? null,
    };
    return { status: 200, body: list };
  },
  "GET /api/deliveries/{id}": async ({ params }, ctx, { deliveries }) => ({
    status: 200,
    body: Delivery.parse(await deliveries.get(ctx.tenantId, params.id)),
  }),
});

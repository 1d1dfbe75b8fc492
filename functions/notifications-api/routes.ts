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
  ChannelInput,
  type ChannelList,
  ChannelUpdate,
  Delivery,
  DeliveryFilter,
  type DeliveryList,
  PageQuery,
  RouteInput,
  type RouteList,
} from "../../shared/notifications/schemas.ts";
import { type HttpRequest, readJson, readQuery } from "../../shared/platform/http/request.ts";
import type { Routes } from "../../shared/platform/lambda/http-door.ts";
import type { Services } from "./services.ts";

export const routes: Routes<Services> = {
  "GET /api/channels": async (request, ctx, { channels }) => {
    const page = await channels.list(ctx.tenantId, readQuery(request, PageQuery));
    const list: ChannelList = { items: page.items.map(showChannel), cursor: page.cursor ?? null };
    return { status: 200, body: list };
  },
  "POST /api/channels": async (request, ctx, services) => ({
    status: 201,
    body: await createChannel(ctx, readJson(request, ChannelInput), services),
  }),
  "GET /api/channels/{id}": async (request, ctx, { channels }) => ({
    status: 200,
    body: showChannel(await channels.get(ctx.tenantId, idOf(request))),
  }),
  "PUT /api/channels/{id}": async (request, ctx, services) => ({
    status: 200,
    body: await updateChannel(ctx, idOf(request), readJson(request, ChannelUpdate), services),
  }),
  "DELETE /api/channels/{id}": async (request, ctx, services) => {
    await removeChannel(ctx, idOf(request), services);
    return { status: 204 };
  },
  "POST /api/channels/{id}/test": async (request, ctx, services) => ({
    status: 202,
    body: Delivery.parse(await testChannel(ctx, idOf(request), services)),
  }),

  "GET /api/notification-routes": async (request, ctx, services) => {
    const page = await services.routes.list(ctx.tenantId, readQuery(request, PageQuery));
    const list: RouteList = { items: page.items, cursor: page.cursor ?? null };
    return { status: 200, body: list };
  },
  "POST /api/notification-routes": async (request, ctx, services) => ({
    status: 201,
    body: await createRoute(ctx, readJson(request, RouteInput), services),
  }),
  "PUT /api/notification-routes/{id}": async (request, ctx, services) => ({
    status: 200,
    body: await updateRoute(ctx, idOf(request), readJson(request, RouteInput), services),
  }),
  "DELETE /api/notification-routes/{id}": async (request, ctx, services) => {
    await removeRoute(ctx, idOf(request), services);
    return { status: 204 };
  },

  "GET /api/deliveries": async (request, ctx, { deliveries }) => {
    const page = await deliveries.list(ctx.tenantId, readQuery(request, DeliveryFilter));
    const list: DeliveryList = {
      items: page.items.map((item) => Delivery.parse(item)),
      cursor: page.cursor ?? null,
    };
    return { status: 200, body: list };
  },
  "GET /api/deliveries/{id}": async (request, ctx, { deliveries }) => ({
    status: 200,
    body: Delivery.parse(await deliveries.get(ctx.tenantId, idOf(request))),
  }),
};

function idOf({ params }: HttpRequest): string {
  return params["id"] ?? "";
}

import { notificationContracts } from "../../shared/notifications/contracts.ts";
import {
  createChannel,
  createRoute,
  listChannels,
  listDeliveries,
  listRoutes,
  readChannel,
  readDelivery,
  removeChannel,
  removeRoute,
  testChannel,
  updateChannel,
  updateRoute,
} from "../../shared/notifications/index.ts";
import { Delivery } from "../../shared/notifications/schemas.ts";
import { contracted } from "../../shared/platform/http/contract.ts";
import type { Services } from "./services.ts";

export const routes = contracted(notificationContracts).with<Services>({
  "GET /api/channels": async ({ query }, ctx, { channels }) => ({
    status: 200,
    body: await listChannels(ctx, query, channels),
  }),
  "POST /api/channels": async ({ body }, ctx, services) => ({
    status: 201,
    body: await createChannel(ctx, body, services),
  }),
  "GET /api/channels/{id}": async ({ params }, ctx, { channels }) => ({
    status: 200,
    body: await readChannel(ctx, params.id, channels),
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

  "GET /api/notification-routes": async ({ query }, ctx, services) => ({
    status: 200,
    body: await listRoutes(ctx, query, services.routes),
  }),
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

  "GET /api/deliveries": async ({ query }, ctx, { deliveries }) => ({
    status: 200,
    body: await listDeliveries(ctx, query, deliveries),
  }),
  "GET /api/deliveries/{id}": async ({ params }, ctx, { deliveries }) => ({
    status: 200,
    body: await readDelivery(ctx, params.id, deliveries),
  }),
});

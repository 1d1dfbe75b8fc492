import type { Contracts } from "../platform/http/contract.ts";
import {
  Channel,
  ChannelInput,
  ChannelList,
  ChannelUpdate,
  CreatedChannel,
  Delivery,
  DeliveryFilter,
  DeliveryList,
  NotificationRoute,
  PageQuery,
  RouteInput,
  RouteList,
} from "./schemas.ts";

export const notificationContracts = {
  "GET /api/channels": { says: "Notification channels", query: PageQuery, answers: { 200: ChannelList } },
  "POST /api/channels": {
    says: "Make a channel; the signing secret of a webhook is in this answer and in no later one",
    body: ChannelInput,
    answers: { 201: CreatedChannel },
    creates: "secret",
  },
  "GET /api/channels/{id}": { says: "One channel", answers: { 200: Channel } },
  "PUT /api/channels/{id}": {
    says: "Change a channel; where it goes is kept when it is left out",
    body: ChannelUpdate,
    answers: { 200: Channel },
  },
  "DELETE /api/channels/{id}": {
    says: "Remove a channel, and take it out of its routes",
    answers: { 204: null },
  },
  "POST /api/channels/{id}/test": {
    says: "Send a test message through a channel",
    answers: { 202: Delivery },
    creates: true,
  },
  "GET /api/notification-routes": {
    says: "Which incidents reach which channels",
    query: PageQuery,
    answers: { 200: RouteList },
  },
  "POST /api/notification-routes": {
    says: "Make a route",
    body: RouteInput,
    answers: { 201: NotificationRoute },
    creates: true,
  },
  "PUT /api/notification-routes/{id}": {
    says: "Replace a route",
    body: RouteInput,
    answers: { 200: NotificationRoute },
  },
  "DELETE /api/notification-routes/{id}": { says: "Remove a route", answers: { 204: null } },
  "GET /api/deliveries": {
    says: "Messages and their attempts",
    query: DeliveryFilter,
    answers: { 200: DeliveryList },
  },
  "GET /api/deliveries/{id}": { says: "One message", answers: { 200: Delivery } },
} as const satisfies Contracts;

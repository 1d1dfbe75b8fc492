import { randomBytes } from "node:crypto";
import { audited } from "../audit/index.ts";
import type { SubscribeEmail } from "../platform/aws/sns.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict } from "../platform/errors.ts";
import { derivedId, newId } from "../platform/ids.ts";
import { checkTarget, type StoredChannel, showChannel, unconfirmed } from "./channel.ts";
import { channelFacts, channelResource } from "./channel-facts.ts";
import type { ChannelStore } from "./channel-store.ts";
import { makeRoute, routeResource } from "./create-route.ts";
import type { RouteStore } from "./route-store.ts";
import type { ChannelInput, CreatedChannel } from "./schemas.ts";

export interface ChannelDeps {
  channels: ChannelStore;
  routes: RouteStore;
  subscribeEmail: SubscribeEmail;
  /** `host:port` that webhooks may reach although they are private or unencrypted. */
  allow: readonly string[];
  /** The most channels a tenant may have, by its quota. */
  maxChannels: number;
}

/**
 * Makes a channel. The signing secret of a webhook is in the answer, and in no later one. The tenant's first
 * channel gets a route for all incidents with it, so that it is told of something. Throws Invalid for a target
 * that can never be reached, and Conflict beyond `maxChannels`.
 */
export async function createChannel(
  ctx: Ctx,
  input: ChannelInput,
  deps: ChannelDeps,
): Promise<CreatedChannel> {
  checkTarget(input, deps.allow);
  const standing = await deps.channels.all(ctx.tenantId);
  if (standing.length >= deps.maxChannels) {
    throw new Conflict(`There are ${standing.length} channels already, which is the most; remove one first.`);
  }
  const channel = await newChannel(ctx, input, deps.subscribeEmail);
  await deps.channels.create(ctx.tenantId, channel, [
    audited(ctx, { did: "created", resource: channelResource(channel), after: channelFacts(channel) }),
  ]);
  const defaultRouteId = await makeDefaultRoute(ctx, channel.id, deps.routes);
  return {
    ...showChannel(channel),
    ...(channel.kind === "webhook" ? { secret: channel.secret } : {}),
    ...(defaultRouteId === undefined ? {} : { defaultRouteId }),
  };
}

async function newChannel(
  ctx: Ctx,
  input: ChannelInput,
  subscribeEmail: SubscribeEmail,
): Promise<StoredChannel> {
  const common = {
    id: newId("channel"),
    version: 1,
    status: "untested" as const,
    statusReason: null,
    createdAt: isoTime(ctx.nowMs),
    updatedAt: isoTime(ctx.nowMs),
  };
  switch (input.kind) {
    case "email": {
      const { confirmed } = await subscribeEmail(input.address);
      return { ...input, ...common, confirmed, statusReason: confirmed ? null : unconfirmed };
    }
    case "sms":
    case "slack":
      return { ...input, ...common };
    case "webhook":
      return { ...input, ...common, secret: input.secret ?? newSecret() };
  }
}

function newSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

/** Its id follows from the tenant, so two first channels at once make one route. */
async function makeDefaultRoute(
  ctx: Ctx,
  channelId: string,
  routes: RouteStore,
): Promise<string | undefined> {
  const { items } = await routes.list(ctx.tenantId, { limit: 1 });
  if (items.length > 0) return undefined;
  const route = makeRoute(ctx, derivedId("route", ctx.tenantId, "default"), {
    name: "All incidents",
    enabled: true,
    match: "{}",
    minSeverity: "info",
    channelIds: [channelId],
    groupBy: [],
    groupWindowMs: 0,
    notifyOnResolve: true,
  });
  const why = "The first channel gets a route, so that it is told of something.";
  const owed = [audited(ctx, { did: "created", resource: routeResource(route), after: route, why })];
  return (await routes.create(ctx.tenantId, route, owed)) === "saved" ? route.id : undefined;
}

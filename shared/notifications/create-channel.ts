import { randomBytes } from "node:crypto";
import { audited } from "../audit/index.ts";
import type { SubscribeEmail } from "../platform/aws/sns.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict } from "../platform/errors.ts";
import { derivedId, newId } from "../platform/ids.ts";
import { chooseProject } from "../platform/labels/project.ts";
import { checkTarget, type StoredChannel, showChannel, unconfirmed } from "./channel.ts";
import { channelFacts, channelResource } from "./channel-facts.ts";
import type { ChannelStore } from "./channel-store.ts";
import { makeRoute, maxRoutes, routeResource } from "./create-route.ts";
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
 * Makes a channel. The signing secret of a webhook is in the answer, and in no later one. The first channel of the
 * whole tenant or of a project gets a route for all incidents there with it, so that it is told of something.
 * Throws Invalid for a target that can never be reached or a project that has to be named, Forbidden for a project
 * that is not the maker's, and Conflict beyond `maxChannels`, of which there are never more, however many are made
 * at once.
 */
export async function createChannel(
  ctx: Ctx,
  input: ChannelInput,
  deps: ChannelDeps,
): Promise<CreatedChannel> {
  checkTarget(input, deps.allow);
  const project = chooseProject(ctx, input.project, null);
  const { channel, defaultRouteId } = await deps.channels.oneAtATime(ctx.tenantId, async () => {
    const standing = await deps.channels.all(ctx.tenantId);
    if (standing.length >= deps.maxChannels) {
      throw new Conflict(
        `There are ${standing.length} channels already, which is the most; remove one first.`,
      );
    }
    const made = await newChannel(ctx, { ...input, project }, deps.subscribeEmail);
    await deps.channels.create(ctx.tenantId, made, [
      audited(ctx, { did: "created", resource: channelResource(made), after: channelFacts(made) }),
    ]);
    return { channel: made, defaultRouteId: await makeDefaultRoute(ctx, made, deps.routes) };
  });
  return {
    ...showChannel(channel),
    ...(channel.kind === "webhook" ? { secret: channel.secret } : {}),
    ...(defaultRouteId === undefined ? {} : { defaultRouteId }),
  };
}

async function newChannel(
  ctx: Ctx,
  input: ChannelInput & { project: string | null },
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

/** Its id follows from the tenant and the project, so two first channels at once make one route. */
async function makeDefaultRoute(
  ctx: Ctx,
  { id: channelId, project }: StoredChannel,
  routes: RouteStore,
): Promise<string | undefined> {
  const standing = await routes.all(ctx.tenantId);
  if (standing.length >= maxRoutes || standing.some((route) => route.project === project)) return undefined;
  const within = project === null ? [] : [project];
  const route = makeRoute(ctx, derivedId("route", ctx.tenantId, "default", ...within), {
    name: "All incidents",
    enabled: true,
    project,
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

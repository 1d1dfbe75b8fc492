import { audited } from "../audit/index.ts";
import type { SubscribeEmail } from "../platform/aws/sns.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict, Invalid } from "../platform/errors.ts";
import { mayUseProject } from "../platform/labels/project.ts";
import { checkTarget, type StoredChannel, showChannel, unconfirmed } from "./channel.ts";
import { channelFacts, channelResource, targetKey } from "./channel-facts.ts";
import type { ChannelDeps } from "./create-channel.ts";
import { mayHear } from "./own-project.ts";
import { ownChannel } from "./read-channels.ts";
import type { RouteStore } from "./route-store.ts";
import type { Channel, ChannelUpdate } from "./schemas.ts";

/** A delivery's verdict on the channel may come in between. */
const tries = 4;

/**
 * Changes a channel; where it goes is kept where the input leaves it out, and is untested again where it does
 * not. Given to another project, it hears of that one's incidents from then on, also where a message waits. Throws
 * NotFound, Invalid for a target that can never be reached or another kind, Forbidden for one of the whole tenant
 * where the credential is narrowed and for a project that is not the credential's, and Conflict where a route of
 * another project leads to it or others keep changing it.
 */
export async function updateChannel(
  ctx: Ctx,
  id: string,
  input: ChannelUpdate,
  deps: ChannelDeps,
): Promise<Channel> {
  checkTarget(input, deps.allow);
  for (let attempt = 0; attempt < tries; attempt++) {
    const before = await ownChannel(ctx, id, deps.channels);
    if (input.project !== undefined) await checkMove(ctx, before, input.project, deps.routes);
    const merged = mergeInput(before, input);
    const moved = targetKey(merged) !== targetKey(before);
    const after: StoredChannel = {
      ...(moved ? await freshlyAimed(merged, deps.subscribeEmail) : merged),
      version: before.version + 1,
      updatedAt: isoTime(ctx.nowMs),
    };
    const change = { before: channelFacts(before), after: channelFacts(after) };
    const owed = [audited(ctx, { did: "updated", resource: channelResource(after), ...change })];
    if ((await deps.channels.replace(ctx.tenantId, after, owed)) === "saved") return showChannel(after);
  }
  throw new Conflict("The channel is being changed by others all the time; try again.");
}

async function checkMove(
  ctx: Ctx,
  before: StoredChannel,
  project: string | null,
  routes: RouteStore,
): Promise<void> {
  if (project === before.project) return;
  mayUseProject(ctx, project);
  const leading = (await routes.all(ctx.tenantId)).filter(({ channelIds }) => channelIds.includes(before.id));
  const other = leading.find((route) => !mayHear({ project }, route.project));
  if (!other) return;
  throw new Conflict(
    `The route "${other.name}" leads to this channel and is of ${other.project ?? "the whole tenant"}, not ${project}; change that route first.`,
    "project",
  );
}

function mergeInput(before: StoredChannel, input: ChannelUpdate): StoredChannel {
  const { name, enabled, project = before.project } = input;
  const common = { name, enabled, project };
  if (before.kind === "email" && input.kind === "email") {
    return { ...before, ...common, address: input.address ?? before.address };
  }
  if (before.kind === "sms" && input.kind === "sms") {
    return { ...before, ...common, phoneNumber: input.phoneNumber ?? before.phoneNumber };
  }
  if (before.kind === "slack" && input.kind === "slack") {
    return { ...before, ...common, webhookUrl: input.webhookUrl ?? before.webhookUrl };
  }
  if (before.kind === "webhook" && input.kind === "webhook") {
    const { url = before.url, secret = before.secret } = input;
    return { ...before, ...common, url, secret };
  }
  throw new Invalid(
    `The channel is of kind "${before.kind}" and stays so; make another for "${input.kind}".`,
    "kind",
  );
}

async function freshlyAimed(channel: StoredChannel, subscribeEmail: SubscribeEmail): Promise<StoredChannel> {
  const untested = { ...channel, status: "untested" as const, statusReason: null };
  if (untested.kind !== "email") return untested;
  const { confirmed } = await subscribeEmail(untested.address);
  return { ...untested, confirmed, statusReason: confirmed ? null : unconfirmed };
}

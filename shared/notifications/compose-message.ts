import type { Ctx } from "../platform/context.ts";
import { redactAttributes, searches } from "../redaction/index.ts";
import type { RedactionSalt } from "../tenancy/index.ts";
import type { StoredChannel } from "./channel.ts";
import type { Message } from "./channels/message.ts";
import { reachesChannel, type StoredDelivery } from "./delivery.ts";
import type { DeliveryStore } from "./delivery-store.ts";
import type { FoldStore } from "./fold-store.ts";
import { mayHear } from "./own-project.ts";

export interface ComposeDeps {
  deliveries: DeliveryStore;
  folds: FoldStore;
  /** Where the dashboard is; empty = messages carry no link. */
  dashboardUrl: string;
  redactionSalt: RedactionSalt;
}

/**
 * What a delivery says in its channel at this attempt, with secrets masked once more on their way out; undefined
 * for a digest that has nothing to count.
 */
export async function composeMessage(
  ctx: Ctx,
  delivery: StoredDelivery,
  channel: StoredChannel,
  deps: ComposeDeps,
): Promise<Message | undefined> {
  const { id, kind } = delivery;
  const salt = await deps.redactionSalt(ctx.tenantId);
  const masked = <T>(value: T): T => redactAttributes(value, salt, searches.ownWords).value;
  const subject = masked(delivery.subject);
  const page = subject.about === "incident" ? `incidents/${subject.facts.incidentId}` : "notifications";
  const head = {
    deliveryId: id,
    tenantId: ctx.tenantId,
    kind,
    atMs: ctx.nowMs,
    link: deps.dashboardUrl === "" ? null : `${deps.dashboardUrl.replace(/\/$/, "")}/${page}`,
  };
  switch (subject.about) {
    case "incident":
      return { ...head, body: subject };
    case "digest": {
      const lines = await digestLines(ctx, id, channel, deps);
      return lines.length > 0 ? { ...head, body: { ...subject, lines: masked(lines) } } : undefined;
    }
    case "test":
      return { ...head, body: { about: "test", channelName: masked(channel.name) } };
  }
}

/** Without those that a parallel hearing of the same event sent after all, and what the channel may hear no more. */
async function digestLines(
  ctx: Ctx,
  digestId: string,
  channel: StoredChannel,
  { folds, deliveries }: ComposeDeps,
) {
  const folded = await folds.folded(ctx.tenantId, digestId);
  const lines = folded.filter(({ project }) => mayHear(channel, project));
  const ids = lines.map(({ deliveryId }) => deliveryId);
  const reached = (await deliveries.findMany(ctx.tenantId, ids)).filter(reachesChannel);
  const reachedIds = new Set(reached.map(({ id }) => id));
  return lines.filter(({ deliveryId }) => !reachedIds.has(deliveryId));
}

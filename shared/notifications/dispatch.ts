import type { Publish } from "../platform/bus/publish.ts";
import type { Ctx } from "../platform/context.ts";
import type { Log } from "../platform/log.ts";
import type { ChannelStore } from "./channel-store.ts";
import type { StoredDelivery } from "./delivery.ts";
import type { DeliveryStore } from "./delivery-store.ts";
import { foldOrSend } from "./fold.ts";
import type { FoldStore } from "./fold-store.ts";
import type { Occasion } from "./occasion.ts";
import { noteDeliveries, suppressedDelivery } from "./owe.ts";
import { earlierIds, type Planned, planMessages } from "./plan.ts";
import type { RouteStore } from "./route-store.ts";
import type { ThreadStore } from "./thread-store.ts";

export interface DispatchDeps {
  channels: ChannelStore;
  routes: RouteStore;
  deliveries: DeliveryStore;
  threads: ThreadStore;
  folds: FoldStore;
  publish: Publish;
  log: Log;
}

export type Dispatched =
  | { kind: "noted"; deliveries: StoredDelivery[] }
  /** A newer event of the incident was worked off before; what this one says is outdated. */
  | { kind: "outdated" }
  /** Its opening has not come yet; the queue is to bring this one again. */
  | { kind: "too-early" };

/** How often an event is sent back to wait for its incident's opening before it goes alone. */
const patience = 2;

/**
 * Decides for every channel whether an incident's opening, escalation or end reaches it, and notes either the
 * message it owes or why there is none. Safe to repeat, and safe against events that come out of order.
 */
export async function dispatchIncident(
  ctx: Ctx,
  { occasion, receiveCount }: { occasion: Occasion; receiveCount: number },
  deps: DispatchDeps,
): Promise<Dispatched> {
  const { kind, facts } = occasion;
  const [thread, routes, channels] = await Promise.all([
    deps.threads.find(ctx.tenantId, facts.incidentId),
    kind === "incident.resolved" ? [] : deps.routes.all(ctx.tenantId),
    deps.channels.all(ctx.tenantId),
  ]);
  if (thread && thread.version >= facts.version) return { kind: "outdated" };
  if (!thread && kind !== "incident.opened" && receiveCount <= patience) return { kind: "too-early" };
  if (channels.length === 0) {
    deps.log.warn("nobody is told: there is no channel", { incidentId: facts.incidentId, kind });
  }

  const openedVersion = kind === "incident.opened" ? facts.version : (thread?.openedVersion ?? 0);
  const earlier = await deps.deliveries.findMany(
    ctx.tenantId,
    kind === "incident.opened" ? [] : channels.flatMap(({ id }) => earlierIds(occasion, id, openedVersion)),
  );
  const planned = planMessages({ occasion, openedVersion, routes, channels, earlier });
  const deliveries = await carryOut(ctx, planned, deps);
  await noteDeliveries(ctx, deliveries, deps);
  const reached = { openedVersion, version: facts.version };
  await deps.threads.advance(ctx.tenantId, facts.incidentId, thread, reached, ctx.nowMs);
  return { kind: "noted", deliveries };
}

/** What is noted already is left alone, so that a repeated event counts against no limit. */
async function carryOut(
  ctx: Ctx,
  planned: readonly Planned[],
  { deliveries, folds }: DispatchDeps,
): Promise<StoredDelivery[]> {
  const standing = await deliveries.findMany(
    ctx.tenantId,
    planned.map(({ owed }) => owed.id),
  );
  const standingIds = new Set(standing.map(({ id }) => id));
  const due = planned.filter(({ owed }) => !standingIds.has(owed.id));
  const made = await Promise.all(
    due.map((one) =>
      one.kind === "send"
        ? foldOrSend(ctx, one.owed, one.grouping, folds)
        : [suppressedDelivery(one.owed, ctx.nowMs)],
    ),
  );
  return made.flat();
}

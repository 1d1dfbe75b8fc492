import type { Envelope } from "../../events/envelope.ts";
import type { NotificationKind } from "../../events/notifications.ts";
import { envelop } from "../platform/bus/envelop.ts";
import type { Publish } from "../platform/bus/publish.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { derivedId } from "../platform/ids.ts";
import type { StoredChannel } from "./channel.ts";
import type { StoredDelivery, Subject } from "./delivery.ts";
import type { DeliveryStore } from "./delivery-store.ts";
import { mayHear } from "./own-project.ts";

/** After this time without success a message is given up, ms. */
export const giveUpAfterMs = 3_600_000;

export interface Owed {
  id: string;
  kind: NotificationKind;
  channel: StoredChannel;
  subject: Subject;
  title: string;
  reason: string;
  /** The time of what it is about, so that noting it twice notes the same. */
  createdAtMs: number;
  notBeforeMs?: number;
  answerOnResolve?: boolean;
  follows?: readonly string[];
}

/** A message that is to be sent. */
export function pendingDelivery(owed: Owed): StoredDelivery {
  return {
    id: owed.id,
    version: 1,
    channelId: owed.channel.id,
    channelKind: owed.channel.kind,
    channelName: owed.channel.name,
    incidentId: owed.subject.about === "incident" ? owed.subject.facts.incidentId : null,
    project: whoSees(owed),
    kind: owed.kind,
    title: owed.title,
    state: "pending",
    reason: owed.reason,
    attempts: [],
    createdAt: isoTime(owed.createdAtMs),
    finishedAt: null,
    subject: owed.subject,
    notBeforeMs: owed.notBeforeMs ?? 0,
    giveUpAtMs: (owed.notBeforeMs ?? owed.createdAtMs) + giveUpAfterMs,
    leaseUntilMs: 0,
    startedAttempts: 0,
    answerOnResolve: owed.answerOnResolve ?? false,
    follows: [...(owed.follows ?? [])],
  };
}

/** A record that one project's channel was left out of another's incident names both, and is neither's to see. */
function whoSees({ channel, subject }: Owed): string | null {
  if (subject.about !== "incident") return channel.project;
  return mayHear(channel, subject.facts.project) ? subject.facts.project : null;
}

/** The record of a message that is not sent, which answers "why did this not page?". */
export function suppressedDelivery(owed: Owed, nowMs: number): StoredDelivery {
  return { ...pendingDelivery(owed), state: "suppressed", finishedAt: isoTime(nowMs) };
}

/** The event that sets the sender going; its id follows from the delivery, so asking twice asks once. */
export function requestOf(ctx: Ctx, delivery: StoredDelivery): Envelope {
  return envelop(ctx, "notifications", {
    id: derivedId("event", delivery.id, "requested"),
    type: "notification.requested.v1",
    data: {
      deliveryId: delivery.id,
      channelId: delivery.channelId,
      channelKind: delivery.channelKind,
      incidentId: delivery.incidentId,
      kind: delivery.kind,
    },
  });
}

/**
 * Notes deliveries, and sets the sender going for those that are pending. What stands already stays as it is.
 * Records of what is not sent come last: once one stands, the digest that counts it does too. `owedBy` says what
 * a pending one owes.
 */
export async function noteDeliveries(
  ctx: Ctx,
  deliveries: readonly StoredDelivery[],
  deps: { deliveries: DeliveryStore; publish: Publish },
  owedBy = (delivery: StoredDelivery): Envelope[] => [requestOf(ctx, delivery)],
): Promise<void> {
  const noted = await Promise.all(
    deliveries
      .filter(({ state }) => state === "pending")
      .map(async (delivery) => {
        const events = owedBy(delivery);
        const saved = await deps.deliveries.create(ctx.tenantId, delivery, events);
        return { id: delivery.id, events: saved === "saved" ? events : [] };
      }),
  );
  const owed = noted.flatMap(({ events }) => events);
  if (owed.length > 0) await deps.publish(owed);
  await Promise.all([
    ...noted.map(({ id, events }) => deps.deliveries.settle(ctx.tenantId, id, events)),
    ...deliveries
      .filter(({ state }) => state === "suppressed")
      .map((delivery) => deps.deliveries.create(ctx.tenantId, delivery, [])),
  ]);
}

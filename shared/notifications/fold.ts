import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { derivedId } from "../platform/ids.ts";
import { defaultProject } from "../platform/labels/project.ts";
import type { StoredDelivery } from "./delivery.ts";
import type { FoldStore } from "./fold-store.ts";
import { type Owed, pendingDelivery, suppressedDelivery } from "./owe.ts";

/** What a channel gets in a minute at most; one of them is the digest of the minute before. */
export const messagesPerMinute = 20;
export const smsPerDay = 200;
/** A writer that is a little slow still gets its line into the digest. */
const digestGraceMs = 2_000;

export interface Grouping {
  routeId: string;
  routeName: string;
  group: string;
  windowMs: number;
}

/**
 * Turns one message that is owed into what will be noted: the message itself, or, inside a group's window or a
 * storm, its folded record and the digest that will count it. Nothing is dropped without a record.
 */
export async function foldOrSend(
  ctx: Ctx,
  owed: Owed,
  grouping: Grouping | undefined,
  folds: FoldStore,
): Promise<StoredDelivery[]> {
  if (grouping && owed.subject.about === "incident") {
    const { routeId, routeName, group, windowMs } = grouping;
    const { incidentId } = owed.subject.facts;
    const entered = await folds.enterWindow(
      ctx.tenantId,
      { channelId: owed.channel.id, routeId, group, incidentId, windowMs },
      ctx.nowMs,
    );
    if (entered.kind === "within") {
      const { endsAtMs, firstIncidentId } = entered;
      const because = `Route "${routeName}" lets what agrees with incident ${firstIncidentId} share one message until ${isoTime(endsAtMs)}.`;
      return foldInto(ctx, owed, ["group", routeId, group, endsAtMs], endsAtMs, because, folds);
    }
  }
  if (owed.channel.kind === "sms" && (await folds.countSmsOfDay(ctx.tenantId, ctx.nowMs)) > smsPerDay) {
    const reason = `The limit of ${smsPerDay} text messages a day is used up.`;
    return [suppressedDelivery({ ...owed, reason }, ctx.nowMs)];
  }
  const count = await folds.countInMinute(ctx.tenantId, owed.channel.id, ctx.nowMs);
  if (count < messagesPerMinute) return [pendingDelivery(owed)];
  const minute = Math.floor(ctx.nowMs / 60_000);
  const because = `A channel gets at most ${messagesPerMinute} messages a minute; these came on top.`;
  return foldInto(ctx, owed, ["storm", minute], (minute + 1) * 60_000, because, folds);
}

async function foldInto(
  ctx: Ctx,
  owed: Owed,
  scope: (string | number)[],
  endsAtMs: number,
  because: string,
  folds: FoldStore,
): Promise<StoredDelivery[]> {
  const digestId = derivedId("delivery", owed.channel.id, "digest", ...scope);
  const { severity, project } =
    owed.subject.about === "incident"
      ? owed.subject.facts
      : { severity: "info" as const, project: defaultProject };
  const line = { deliveryId: owed.id, project, severity, title: owed.title };
  await folds.fold(ctx.tenantId, digestId, line, ctx.nowMs);
  const digest = pendingDelivery({
    id: digestId,
    kind: "digest",
    channel: owed.channel,
    subject: { about: "digest", because },
    title: "Digest of messages that were folded together",
    reason: because,
    createdAtMs: owed.createdAtMs,
    notBeforeMs: endsAtMs + digestGraceMs,
  });
  const reason = `Folded into digest ${digestId}. ${because}`;
  return [suppressedDelivery({ ...owed, reason }, ctx.nowMs), digest];
}

import { z } from "zod";

export const ChannelKind = z.enum(["email", "sms", "slack", "webhook"]);
export type ChannelKind = z.infer<typeof ChannelKind>;

/** What a message says. A digest counts what grouping or the storm guard folded together. */
export const NotificationKind = z.enum([
  "incident.opened",
  "incident.escalated",
  "incident.resolved",
  "digest",
  "test",
]);
export type NotificationKind = z.infer<typeof NotificationKind>;

/** One message owed to one channel; `deliveryId` is derived from what it is about, so asking twice owes once. */
export const NotificationRequestedV1 = z.object({
  deliveryId: z.string(),
  channelId: z.string(),
  channelKind: ChannelKind,
  incidentId: z.string().nullable(),
  kind: NotificationKind,
});
export type NotificationRequestedV1 = z.infer<typeof NotificationRequestedV1>;

const deliveryFacts = {
  deliveryId: z.string(),
  channelId: z.string(),
  channelKind: ChannelKind,
  incidentId: z.string().nullable(),
  /** None where its channel asked for patience until it was given up. */
  attempts: z.int().nonnegative(),
};

export const NotificationDeliveredV1 = z.object(deliveryFacts);
export type NotificationDeliveredV1 = z.infer<typeof NotificationDeliveredV1>;

export const NotificationFailedV1 = z.object({ ...deliveryFacts, reason: z.string() });
export type NotificationFailedV1 = z.infer<typeof NotificationFailedV1>;

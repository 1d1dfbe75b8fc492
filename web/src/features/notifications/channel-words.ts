import type { ChannelKind } from "../../../../events/notifications.ts";
import type { Channel, Delivery } from "../../../../shared/notifications/schemas.ts";
import type { Tone } from "../../components/marks.tsx";

type DestinationField = "address" | "phoneNumber" | "webhookUrl" | "url";

/** What each kind of channel is called and asks for. */
export const channelKinds: Record<
  ChannelKind,
  { word: string; field: DestinationField; label: string; placeholder: string; hint: string }
> = {
  slack: {
    word: "Slack",
    field: "webhookUrl",
    label: "Incoming webhook URL",
    placeholder: "https://hooks.slack.com/services/…",
    hint: "From Slack: Apps, Incoming Webhooks, Add to a channel. It is kept secret.",
  },
  webhook: {
    word: "Webhook",
    field: "url",
    label: "URL",
    placeholder: "https://example.com/hooks/sentinelops",
    hint: "Gets a signed POST (Standard Webhooks).",
  },
  email: {
    word: "E-mail",
    field: "address",
    label: "Address",
    placeholder: "oncall@example.com",
    hint: "Sent through Amazon SNS.",
  },
  sms: {
    word: "SMS",
    field: "phoneNumber",
    label: "Phone number",
    placeholder: "+14155550123",
    hint: "With the country code. Sent through Amazon SNS.",
  },
};

export const kindOrder = ["slack", "webhook", "email", "sms"] as const satisfies readonly ChannelKind[];

export const statusLooks: Record<Channel["status"], { word: string; tone: Tone; filled: number }> = {
  working: { word: "Working", tone: "good", filled: 1 },
  broken: { word: "Broken", tone: "critical", filled: 1 },
  untested: { word: "Not tested", tone: "calm", filled: 0 },
};

export const deliveryLooks: Record<Delivery["state"], { word: string; tone: Tone; filled: number }> = {
  pending: { word: "On its way", tone: "info", filled: 0.25 },
  retrying: { word: "Trying again", tone: "warning", filled: 0.5 },
  delivered: { word: "Delivered", tone: "good", filled: 1 },
  failed: { word: "Failed", tone: "critical", filled: 1 },
  suppressed: { word: "Held back", tone: "calm", filled: 0 },
};

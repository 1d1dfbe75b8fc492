import { z } from "zod";
import { Invalid } from "../platform/errors.ts";
import { judgeUrl } from "../platform/net/judge-url.ts";
import { Channel, type ChannelUpdate } from "./schemas.ts";

const common = Channel.omit({ kind: true, target: true }).shape;

/** A channel as it is stored, secrets and all. Only `showChannel` may be answered to anyone. */
export const StoredChannel = z.discriminatedUnion("kind", [
  z.object({
    ...common,
    kind: z.literal("email"),
    address: z.string(),
    /** The owner of the address followed the link that AWS sent there; before that nothing arrives. */
    confirmed: z.boolean(),
  }),
  z.object({ ...common, kind: z.literal("sms"), phoneNumber: z.string() }),
  z.object({ ...common, kind: z.literal("slack"), webhookUrl: z.string() }),
  z.object({ ...common, kind: z.literal("webhook"), url: z.string(), secret: z.string() }),
]);
export type StoredChannel = z.infer<typeof StoredChannel>;

export const unconfirmed =
  "The address is not confirmed yet: follow the link in the mail that AWS Notifications sent there, then send a test.";

export function showChannel(channel: StoredChannel): Channel {
  return { ...Channel.omit({ target: true }).parse(channel), target: targetOf(channel) };
}

/** Throws Invalid where the text of a target's URL alone tells that it can never be reached. */
export function checkTarget(channel: ChannelUpdate, allow: readonly string[]): void {
  const [field, url] =
    channel.kind === "slack"
      ? (["webhookUrl", channel.webhookUrl] as const)
      : channel.kind === "webhook"
        ? (["url", channel.url] as const)
        : (["", undefined] as const);
  if (url === undefined) return;
  const judged = judgeUrl(url, allow);
  if (judged.kind === "refused") throw new Invalid(`The address ${judged.why}.`, field);
}

function targetOf(channel: StoredChannel): string {
  switch (channel.kind) {
    case "email":
      return channel.address;
    case "sms":
      return channel.phoneNumber;
    case "slack":
      return maskUrl(channel.webhookUrl);
    case "webhook":
      return maskUrl(channel.url);
  }
}

/** A path or query may be all the secret there is; Slack's workspace id is none and tells channels apart. */
function maskUrl(text: string): string {
  const url = new URL(text);
  const [services, workspace = ""] = url.pathname.split("/").slice(1);
  if (url.hostname === "hooks.slack.com") return `${url.host}/${services}/${workspace.slice(0, 2)}…/***`;
  return url.pathname === "/" && !url.search ? url.host : `${url.host}/***`;
}

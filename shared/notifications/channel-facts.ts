import { createHash } from "node:crypto";
import { type StoredChannel, showChannel } from "./channel.ts";

const fingerprintLength = 12;

/**
 * What a change of a channel puts on record: what everybody sees of it, and a fingerprint of where it really
 * goes, so that another address behind the same mask is told.
 */
export function channelFacts(channel: StoredChannel): Record<string, unknown> {
  const { kind, name, enabled, project, target, status } = showChannel(channel);
  const goesTo = createHash("sha256").update(targetKey(channel)).digest("hex").slice(0, fingerprintLength);
  return { kind, name, enabled, project, target, goesTo, status };
}

export function channelResource({ id, name }: StoredChannel) {
  return { type: "channel", id, name };
}

/** Tells two targets apart. */
export function targetKey(channel: StoredChannel): string {
  switch (channel.kind) {
    case "email":
      return channel.address;
    case "sms":
      return channel.phoneNumber;
    case "slack":
      return channel.webhookUrl;
    case "webhook":
      return `${channel.url} ${channel.secret}`;
  }
}

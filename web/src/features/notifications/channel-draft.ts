import type { ChannelKind } from "../../../../events/notifications.ts";
import type { Channel, ChannelInput, ChannelUpdate } from "../../../../shared/notifications/schemas.ts";
import { channelKinds } from "./channel-words.ts";

/** A channel while it is being written. */
export interface ChannelDraft {
  kind: ChannelKind;
  name: string;
  enabled: boolean;
  /** null = the whole tenant. */
  project: string | null;
  /** Where it goes; empty keeps what is stored. */
  destination: string;
  /** Webhooks: a signing secret of one's own; empty lets one be made. */
  secret: string;
}

export const newChannel = (project: string | null): ChannelDraft => ({
  kind: "slack",
  name: "",
  enabled: true,
  project,
  destination: "",
  secret: "",
});

export const draftOfChannel = (channel: Channel): ChannelDraft => ({
  kind: channel.kind,
  name: channel.name,
  enabled: channel.enabled,
  project: channel.project,
  destination: "",
  secret: "",
});

/** The draft as the API wants it; what was left empty is left out. */
export function readChannelDraft(draft: ChannelDraft): ChannelInput | ChannelUpdate {
  const { kind, enabled, project } = draft;
  const destination = draft.destination.trim();
  return {
    kind,
    name: draft.name.trim() || channelKinds[kind].word,
    enabled,
    project,
    ...(destination === "" ? {} : { [channelKinds[kind].field]: destination }),
    ...(kind === "webhook" && draft.secret.trim() !== "" ? { secret: draft.secret.trim() } : {}),
  } as ChannelInput | ChannelUpdate;
}

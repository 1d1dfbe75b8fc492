import type { TextMessages, TextOutcome } from "../../platform/aws/sns.ts";
import type { GuardedFetch } from "../../platform/net/guarded-fetch.ts";
import type { StoredChannel } from "../channel.ts";
import { emailMessage } from "./email/message.ts";
import type { Message, SendOutcome } from "./message.ts";
import { sendToSlack } from "./slack/send.ts";
import { smsText } from "./sms/message.ts";
import { sendToWebhook } from "./webhook/send.ts";

/** Makes one attempt at one channel. */
export type Send = (channel: StoredChannel, message: Message) => Promise<SendOutcome>;

export function makeSend(deps: { guardedFetch: GuardedFetch; texts: () => Promise<TextMessages> }): Send {
  return async (channel, message) => {
    switch (channel.kind) {
      case "slack":
        return sendToSlack(deps.guardedFetch, channel.webhookUrl, message);
      case "webhook":
        return sendToWebhook(deps.guardedFetch, channel, message);
      case "email": {
        const { subject, text } = emailMessage(message);
        const texts = await deps.texts();
        return toOutcome(await texts.email(channel.address, subject, text), "address");
      }
      case "sms": {
        const texts = await deps.texts();
        return toOutcome(await texts.sms(channel.phoneNumber, smsText(message)), "number");
      }
    }
  };
}

function toOutcome(outcome: TextOutcome, target: string): SendOutcome {
  switch (outcome.kind) {
    case "accepted":
      return { kind: "accepted", status: null };
    case "busy":
      return { kind: "retry", status: null, reason: "AWS SNS did not take it.", detail: outcome.detail };
    case "refused":
      return {
        kind: "rejected",
        status: null,
        reason: `AWS SNS does not send to this ${target}; check it.`,
        detail: outcome.detail,
      };
  }
}

import { Webhook } from "standardwebhooks";
import type { GuardedFetch } from "../../../platform/net/guarded-fetch.ts";
import { post } from "../http-outcome.ts";
import type { Message, SendOutcome } from "../message.ts";
import { webhookPayload } from "./payload.ts";

/**
 * Posts a payload signed by Standard Webhooks. `webhook-id` is the delivery's id at every attempt, so the
 * receiver can drop a repeat; the timestamp is the attempt's own.
 */
export function sendToWebhook(
  guardedFetch: GuardedFetch,
  target: { url: string; secret: string },
  message: Message,
): Promise<SendOutcome> {
  const body = JSON.stringify(webhookPayload(message));
  const at = new Date(message.atMs);
  const headers = {
    "content-type": "application/json",
    "user-agent": "SentinelOps",
    "webhook-id": message.deliveryId,
    "webhook-timestamp": String(Math.floor(message.atMs / 1000)),
    "webhook-signature": new Webhook(target.secret).sign(message.deliveryId, at, body),
  };
  return post(guardedFetch, { url: target.url, headers, body }, message.atMs);
}

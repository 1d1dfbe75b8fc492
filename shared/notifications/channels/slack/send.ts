import type { GuardedFetch } from "../../../platform/net/guarded-fetch.ts";
import { post } from "../http-outcome.ts";
import type { Message, SendOutcome } from "../message.ts";
import { slackMessage } from "./message.ts";

/** Posts to a Slack incoming webhook. */
export function sendToSlack(
  guardedFetch: GuardedFetch,
  webhookUrl: string,
  message: Message,
): Promise<SendOutcome> {
  const headers = { "content-type": "application/json; charset=utf-8", "user-agent": "SentinelOps" };
  const body = JSON.stringify(slackMessage(message));
  return post(guardedFetch, { url: webhookUrl, headers, body }, message.atMs);
}

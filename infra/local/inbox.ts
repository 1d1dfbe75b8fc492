import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { z } from "zod";
import { InboxMessage } from "../../shared/notifications/schemas.ts";
import { isoTime, nowMs } from "../../shared/platform/clock.ts";
import { anyPhone, emailTopicArn } from "./arns.ts";
import { type AwsService, isQuery, readBody } from "./aws-endpoint.ts";

type Forward = (request: IncomingMessage, body: Buffer, response: ServerResponse) => Promise<void>;
type Message = z.infer<typeof InboxMessage>;
const shown = 200;

/**
 * What SNS would have sent out as e-mail and SMS, newest first, kept in one file of JSON lines. A message is in
 * the file before SNS' answer is given. A last line torn by a power loss is left out.
 */
export function openInbox(path: string) {
  let messages = existsSync(path) ? readFileSync(path, "utf8").split("\n").flatMap(readLine) : [];
  messages = messages.slice(-shown);
  return {
    list: (): Message[] => messages.toReversed(),
    add(message: Omit<Message, "id" | "at">): string {
      const kept: Message = { id: randomUUID(), at: isoTime(nowMs()), ...message };
      appendFileSync(path, `${JSON.stringify(kept)}\n`, { mode: 0o600 });
      messages = [...messages, kept].slice(-shown);
      return kept.id;
    },
  };
}
export type InboxFile = ReturnType<typeof openInbox>;

/** SNS: an SMS, or an e-mail through the alerts topic, lands in the inbox; every other call goes to the engine. */
export function makeSnsService(inbox: InboxFile, forward: Forward): AwsService {
  return {
    accepts: isQuery,
    async serve(request, response, caller) {
      const body = await readBody(request);
      const form = new URLSearchParams(body.toString("utf8"));
      caller.authorize({
        action: `sns:${form.get("Action")}`,
        resource: form.has("PhoneNumber") ? anyPhone : (form.get("TopicArn") ?? "*"),
      });
      const message = form.get("Action") === "Publish" ? toMessage(form) : undefined;
      if (!message) return forward(request, body, response);
      const id = inbox.add(message);
      response
        .writeHead(200, { "content-type": "text/xml" })
        .end(
          `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${id}</MessageId></PublishResult></PublishResponse>`,
        );
    },
  };
}

function toMessage(form: URLSearchParams): Omit<Message, "id" | "at"> | undefined {
  const text = form.get("Message") ?? "";
  const subject = form.get("Subject");
  const phoneNumber = form.get("PhoneNumber");
  if (phoneNumber) return { protocol: "sms", to: phoneNumber, subject: null, text };
  if (form.get("TopicArn") !== emailTopicArn) return undefined;
  return { protocol: "email", to: attributeOf(form, "address") ?? "everyone subscribed", subject, text };
}

function attributeOf(form: URLSearchParams, name: string): string | undefined {
  for (const [key, value] of form) {
    const index = /^MessageAttributes\.entry\.(\d+)\.Name$/.exec(key)?.[1];
    if (index && value === name)
      return form.get(`MessageAttributes.entry.${index}.Value.StringValue`) ?? undefined;
  }
  return undefined;
}

function readLine(line: string): Message[] {
  try {
    return [InboxMessage.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}

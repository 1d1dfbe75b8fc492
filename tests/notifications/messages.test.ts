import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { emailMessage } from "../../shared/notifications/channels/email/message.ts";
import type { Message } from "../../shared/notifications/channels/message.ts";
import { slackMessage, slackText } from "../../shared/notifications/channels/slack/message.ts";
import { smsText } from "../../shared/notifications/channels/sms/message.ts";
import { webhookPayload } from "../../shared/notifications/channels/webhook/payload.ts";
import { headline } from "../../shared/notifications/channels/wording.ts";
import { aMessage, someFacts } from "./builders.ts";

const naughty: string[] = JSON.parse(
  readFileSync(new URL("../ingest/fixtures/blns.json", import.meta.url), "utf8"),
);

/** A message that says `text` wherever text from outside may stand. */
function saying(text: string): Message {
  const facts = someFacts({
    title: text,
    service: text,
    text,
    labels: Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`${text}${i}`, text])),
  });
  return aMessage({ body: { about: "incident", facts } });
}

interface SlackText {
  type: string;
  text: string;
}
function slackTexts(message: Message): SlackText[] {
  const found: SlackText[] = [];
  JSON.stringify(slackMessage(message), (_, value: unknown) => {
    const text = value as Partial<SlackText> | null;
    if (typeof text === "object" && typeof text?.text === "string") found.push(text as SlackText);
    return value;
  });
  return found;
}

function expectHarmlessInSlack(message: Message): void {
  const body = slackMessage(message) as { blocks: { type: string; fields?: unknown[] }[] };
  expect(body.blocks.length).toBeLessThanOrEqual(50);
  for (const block of body.blocks) expect((block.fields ?? []).length).toBeLessThanOrEqual(10);
  for (const { type, text } of slackTexts(message)) {
    expect(text).not.toMatch(/[<>]/);
    expect(text).not.toMatch(/&(?!amp;|lt;|gt;)/);
    expect(text).not.toMatch(/@(here|channel|everyone)/i);
    expect(text.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(type === "mrkdwn" ? 2_000 : 3_000);
  }
  const [header] = slackTexts(message).filter(({ type }) => type === "plain_text");
  expect(header?.text.length).toBeLessThanOrEqual(150);
}

function expectPlainMail(message: Message): void {
  const { subject, text } = emailMessage(message);
  expect(subject).toMatch(/^[!-~][ -~]{0,98}$/);
  expect(text.split("\n").length).toBeLessThan(40);
  expect(Buffer.byteLength(text)).toBeLessThan(200_000);
}

describe("messages", () => {
  test.each<[string, Partial<Message>, string]>([
    ["opened", {}, "WARNING: Checkout answers slowly"],
    ["escalated", { kind: "incident.escalated" }, "Now WARNING: Checkout answers slowly"],
    [
      "resolved",
      {
        kind: "incident.resolved",
        body: { about: "incident", facts: someFacts({ at: "2026-11-20T13:05:00.000Z" }) },
      },
      "RESOLVED after 1 h 5 min: Checkout answers slowly",
    ],
    [
      "opened again",
      { body: { about: "incident", facts: someFacts({ reopened: true }) } },
      "WARNING again: Checkout answers slowly",
    ],
    ["a test", { kind: "test", body: { about: "test", channelName: "c" } }, "Test message from SentinelOps"],
  ])("%s says it in one line", (_, changes, expected) => {
    expect(headline(aMessage(changes))).toBe(expected);
  });

  test("S-48: every naughty string stays text in Slack, mail and SMS", () => {
    for (const text of naughty) {
      expectHarmlessInSlack(saying(text));
      expectPlainMail(saying(text));
      expect(smsText(saying(text))).toMatch(/^[ -~]{1,140}$/);
    }
  });

  test("S-48: so does any other string", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc
        .array(
          fc.constantFrom(
            "<!channel>",
            "<@U1>",
            "@here",
            "@Everyone",
            "<http://x|y>",
            "&lt;",
            "\r\nBcc: x",
            "\u202e",
          ),
          { maxLength: 20 },
        )
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        expectHarmlessInSlack(saying(text));
        expectPlainMail(saying(text));
        expect(smsText(saying(text))).toMatch(/^[ -~]{1,140}$/);
      }),
    );
  });

  test("S-48: an e-mail subject cannot begin another header, nor a value another line", () => {
    const { subject, text } = emailMessage(saying("a\r\nBcc: victim@example.com"));

    expect(subject).toBe("WARNING: a Bcc: victim@example.com");
    expect(text).not.toMatch(/^Bcc:/m);
  });

  test("Slack text keeps whole characters and entities where it is cut", () => {
    expect(slackText("a<b", 20)).toBe("a&lt;b");
    expect(slackText("<<<<", 10)).toBe("&lt;&lt;…");
    expect(slackText("😀😀😀", 4)).toBe("😀…");
  });

  test("F10: a repeat can be recognised: every form carries the message's key", () => {
    const message = aMessage({ deliveryId: "dlv_KEY" });

    expect(JSON.stringify(slackMessage(message))).toContain("dlv_KEY");
    expect(emailMessage(message).text).toContain("dlv_KEY");
    expect(webhookPayload(message)).toMatchObject({ data: { deliveryId: "dlv_KEY" } });
    expect(smsText({ ...message, link: null })).toContain("inc_1");
  });

  test("a webhook's body is the facts as they came, naughty or not", () => {
    for (const text of naughty) {
      const payload = JSON.parse(JSON.stringify(webhookPayload(saying(text))));
      expect(payload).toMatchObject({
        type: "incident.opened",
        data: { incident: { id: "inc_1", title: text } },
      });
    }
  });

  test("S-44: any body signed with our secret verifies with the standardwebhooks package", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const hook = new Webhook(`whsec_${Buffer.alloc(32, 1).toString("base64")}`);
        const body = JSON.stringify(webhookPayload(saying(text)));
        const at = new Date();
        const headers = {
          "webhook-id": "dlv_1",
          "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
          "webhook-signature": hook.sign("dlv_1", at, body),
        };
        expect(hook.verify(body, headers)).toEqual(JSON.parse(body));
      }),
      { numRuns: 20 },
    );
  });
});

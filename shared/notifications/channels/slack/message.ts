import type { Message } from "../message.ts";
import { details, headline } from "../wording.ts";

/** Block Kit's own limits. */
const maxHeader = 150;
const maxFieldText = 2_000;
const maxFields = 10;
const maxUrl = 3_000;
const maxFallback = 3_000;

/** An incoming webhook's body: header, facts in two columns, the keys, and a button to the dashboard. */
export function slackMessage(message: Message): Record<string, unknown> {
  const title = `${emojiOf(message)} ${headline(message)}`;
  const blocks: Record<string, unknown>[] = [
    { type: "header", text: { type: "plain_text", text: slackText(title, maxHeader), emoji: true } },
  ];
  const fields = details(message).map(([name, value]) => ({
    type: "mrkdwn",
    text: `*${slackText(name, 200)}*\n${slackText(value, maxFieldText - 300)}`,
    // Else Slack makes links and mentions of what looks like one.
    verbatim: true,
  }));
  for (let i = 0; i < fields.length; i += maxFields) {
    blocks.push({ type: "section", fields: fields.slice(i, i + maxFields) });
  }
  if (message.link !== null && message.link.length <= maxUrl) {
    const text = { type: "plain_text", text: "Open in SentinelOps" };
    blocks.push({ type: "actions", elements: [{ type: "button", text, url: message.link }] });
  }
  blocks.push({ type: "context", elements: [{ type: "plain_text", text: slackText(keysOf(message), 300) }] });
  return { text: slackText(title, maxFallback), unfurl_links: false, unfurl_media: false, blocks };
}

/**
 * Text from outside as text: Slack's three control characters escaped, which disarms `<!channel>` and `<@U…>`,
 * and the bare mentions broken up by an invisible word joiner. At most `max` characters after that.
 */
export function slackText(text: string, max: number): string {
  let escaped = "";
  for (const character of text.replace(/@(?=here|channel|everyone)/gi, "@\u2060")) {
    const next = entities[character] ?? character;
    if (escaped.length + next.length > max - 1) return `${escaped}…`;
    escaped += next;
  }
  return escaped;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Says what the words beside it say too; colour is never alone. */
function emojiOf({ kind, body }: Message): string {
  if (body.about !== "incident") return "ℹ️";
  if (kind === "incident.resolved") return "✅";
  return { critical: "🔴", warning: "🟠", info: "🔵" }[body.facts.severity];
}

/** A repeat of the same message shows the same keys. */
function keysOf({ deliveryId, body }: Message): string {
  return body.about === "incident" ? `${body.facts.incidentId} · ${deliveryId}` : deliveryId;
}

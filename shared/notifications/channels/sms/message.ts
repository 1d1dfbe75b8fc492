import { asciiLine } from "../email/message.ts";
import type { Message } from "../message.ts";
import { headline } from "../wording.ts";

/** One SMS of 140 characters, so that it is neither split nor paid for twice. */
const maxText = 140;

/** The headline, and the incident's key or, where it fits, the link to it. */
export function smsText(message: Message): string {
  const { body, link } = message;
  if (body.about !== "incident") return gsm(headline(message), maxText);
  const tails = [link, body.facts.incidentId].filter((tail) => tail !== null && tail.length <= 80);
  const tail = tails[0] ?? "";
  return `${gsm(headline(message), maxText - tail.length - 1)} ${tail}`.trim();
}

/** ASCII whose characters each take one place in the GSM alphabet. */
function gsm(text: string, max: number): string {
  const single = text
    .replace(/[[{]/g, "(")
    .replace(/[\]}]/g, ")")
    .replace(/[\\|^]/g, "/")
    .replace(/[`~]/g, "'");
  return asciiLine(single, max);
}

import type { Message } from "../message.ts";
import { cut, details, headline } from "../wording.ts";

/** SNS takes a subject of fewer than 100 ASCII characters without line breaks. */
const maxSubject = 99;
const maxLine = 500;

export function emailMessage(message: Message): { subject: string; text: string } {
  const key = message.body.about === "incident" ? [`Incident: ${message.body.facts.incidentId}`] : [];
  const lines = [
    headline(message),
    "",
    ...details(message).map(([name, value]) => `${name}: ${cut(value, maxLine)}`),
    "",
    ...(message.link === null ? [] : [message.link]),
    ...key,
    `Message: ${message.deliveryId}`,
  ];
  return { subject: asciiLine(headline(message), maxSubject), text: lines.join("\n") };
}

/** Letters without their accents; whatever else is no printable ASCII becomes a question mark. */
export function asciiLine(text: string, max: number): string {
  const ascii = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[\r\n\t]+/g, " ")
    .replace(/[^ -~]+/g, "?");
  return ascii.length <= max ? ascii : `${ascii.slice(0, max - 3)}...`;
}

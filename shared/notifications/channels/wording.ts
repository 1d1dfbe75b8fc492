import type { Message } from "./message.ts";

const maxLabels = 20;
const maxDigestLines = 10;

/** The one line that says what is the matter, in plain text of one line. */
export function headline({ kind, body }: Message): string {
  switch (body.about) {
    case "test":
      return "Test message from SentinelOps";
    case "digest":
      return `${body.lines.length} more messages were folded together`;
    case "incident": {
      const { facts } = body;
      const title = oneLine(facts.title);
      const severity = facts.severity.toUpperCase();
      if (kind === "incident.resolved") return `RESOLVED after ${durationOf(facts)}: ${title}`;
      if (kind === "incident.escalated") return `Now ${severity}: ${title}`;
      return facts.reopened ? `${severity} again: ${title}` : `${severity}: ${title}`;
    }
  }
}

/** The facts below the headline, as name and value, each of one line. */
export function details({ kind, body }: Message): [name: string, value: string][] {
  switch (body.about) {
    case "test":
      return [["Channel", oneLine(body.channelName)]];
    case "digest":
      return digestLines(body);
    case "incident": {
      const { facts } = body;
      const labels = Object.entries(facts.labels).slice(0, maxLabels);
      const all: [string, string][] = [
        ["Severity", facts.severity],
        ["State", facts.state],
        ["Service", facts.service ?? ""],
        ["Alerts", String(facts.alertCount)],
        ["Opened", facts.openedAt],
        ["Resolved", kind === "incident.resolved" ? facts.at : ""],
        ["Why", facts.text],
        ...labels.map(([name, value]): [string, string] => [oneLine(name), value]),
      ];
      return all.filter(([, value]) => value !== "").map(([name, value]) => [name, oneLine(value)]);
    }
  }
}

function digestLines({ because, lines }: Extract<Message["body"], { about: "digest" }>): [string, string][] {
  const shown = lines
    .slice(0, maxDigestLines)
    .map(({ severity, title }): [string, string] => [severity.toUpperCase(), oneLine(title)]);
  const more = lines.length - shown.length;
  const rest: [string, string][] = more > 0 ? [["And", `${more} more; the dashboard lists them all`]] : [];
  return [["Why", because], ...shown, ...rest];
}

function durationOf({ openedAt, at }: { openedAt: string; at: string }): string {
  const minutes = Math.round(Math.max(0, Date.parse(at) - Date.parse(openedAt)) / 60_000);
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Text from outside may not begin a line of its own, hide in control characters or turn the line around. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, " ").trim();
}

/** At most `max` UTF-16 units, with an ellipsis where something was cut and no character cut in half. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

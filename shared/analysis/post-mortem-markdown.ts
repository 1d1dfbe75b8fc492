import type { PostMortem } from "./schemas.ts";

/** The whole post-mortem as Markdown in which no text from outside is more than text. */
export function toMarkdown(written: Omit<PostMortem, "markdown">): string {
  const { title, severity, state, summary, impact, cause, fixes, actionItems, timeline } = written;
  const list = (lines: readonly string[]) => (lines.length > 0 ? lines.join("\n") : "Nothing yet.");
  return [
    `# ${asText(title)}`,
    `${severity}, ${state}`,
    "## Summary",
    paragraphs(summary),
    "## Impact",
    paragraphs(impact),
    "## Timeline",
    list(timeline.map(({ at, text }) => `- ${at} ${asText(text)}`)),
    "## Cause",
    paragraphs(cause),
    "## Fixes",
    list(fixes.map((fix) => `- ${asText(fix)}`)),
    "## Action items",
    list(
      actionItems.map(
        ({ text, owner, done }) =>
          `- [${done ? "x" : " "}] ${asText(text)}${owner ? ` (${asText(owner)})` : ""}`,
      ),
    ),
    "",
  ].join("\n\n");
}

function paragraphs(text: string): string {
  const parts = text
    .split(/\n\s*\n/)
    .map(asText)
    .filter(Boolean);
  return parts.length > 0 ? parts.join("\n\n") : "Nothing yet.";
}

/** On one line, with every character that Markdown or HTML would act on escaped, so no link or image is made. */
function asText(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.replace(/[\\`*_{}[\]()#+!|~<>&]/g, "\\$&").replace(/(\w)(:\/\/|@)/g, "$1\\$2");
}

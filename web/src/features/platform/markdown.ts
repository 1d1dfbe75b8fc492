/** A part of a line. */
export type Inline =
  | { kind: "text" | "code" | "strong"; text: string }
  | { kind: "link"; text: string; to: string };

export type Block =
  | { kind: "heading" | "paragraph"; inline: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "bullets" | "steps"; items: Inline[][] }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] };

/**
 * Reads the Markdown that the pages in docs/operations keep to: headings of the second level, paragraphs, lists of
 * one level, tables and fenced code, with code, strong text and links in the line. Anything else is shown as it
 * stands.
 */
export function readMarkdown(text: string): Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const rest = lines.slice(at);
    const first = rest[0] ?? "";
    const { block, length } = readBlock(first, rest);
    if (block) blocks.push(block);
    at += length;
  }
  return blocks;
}

function readBlock(first: string, rest: readonly string[]): { block?: Block; length: number } {
  if (first.trim() === "") return { length: 1 };
  const fence = /^\s*```/;
  if (fence.test(first)) {
    const end = rest.findIndex((line, i) => i > 0 && fence.test(line));
    const code = rest.slice(1, end < 0 ? undefined : end);
    const indent = /^\s*/.exec(first)?.[0].length ?? 0;
    const text = code.map((line) => line.slice(indent)).join("\n");
    return { block: { kind: "code", text }, length: code.length + 2 };
  }
  if (first.startsWith("## "))
    return { block: { kind: "heading", inline: readInline(first.slice(3)) }, length: 1 };
  for (const [kind, mark] of [["bullets", /^- /] as const, ["steps", /^\d+\. /] as const]) {
    if (!mark.test(first)) continue;
    const items = takeWhile(rest, (line) => mark.test(line));
    return {
      block: { kind, items: items.map((line) => readInline(line.replace(mark, ""))) },
      length: items.length,
    };
  }
  if (first.startsWith("|")) {
    const rows = takeWhile(rest, (line) => line.startsWith("|"));
    const [head = "", , ...body] = rows;
    return { block: { kind: "table", head: cellsOf(head), rows: body.map(cellsOf) }, length: rows.length };
  }
  const paragraph = takeWhile(rest, (line) => line.trim() !== "" && !/^(\s*```|## |- |\d+\. |\|)/.test(line));
  return {
    block: { kind: "paragraph", inline: readInline(paragraph.join(" ").trim()) },
    length: paragraph.length,
  };
}

function takeWhile(lines: readonly string[], fits: (line: string) => boolean): string[] {
  const end = lines.findIndex((line, i) => i > 0 && !fits(line));
  return lines.slice(0, end < 0 ? lines.length : end);
}

function cellsOf(row: string): Inline[][] {
  return row
    .split("|")
    .slice(1, -1)
    .map((cell) => readInline(cell.trim()));
}

const inlineMarks = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)]+)\)/g;

function readInline(text: string): Inline[] {
  const parts: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(inlineMarks)) {
    if (match.index > at) parts.push({ kind: "text", text: text.slice(at, match.index) });
    const [whole, code, strong, label, to] = match;
    if (code !== undefined) parts.push({ kind: "code", text: code });
    else if (strong !== undefined) parts.push({ kind: "strong", text: strong });
    else parts.push({ kind: "link", text: label ?? "", to: to ?? "" });
    at = match.index + whole.length;
  }
  if (at < text.length) parts.push({ kind: "text", text: text.slice(at) });
  return parts;
}

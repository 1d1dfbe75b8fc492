import type { Ctx } from "../platform/context.ts";
import type { ChainStore } from "./chain-store.ts";
import type { AuditEntry, AuditExport } from "./schemas.ts";
import { searchAudit } from "./search-audit.ts";

const pageSize = 200;
const maxEntries = 1_000;
/** What fits an answer of Lambda's 6 MB together with one more page. */
const maxBytes = 2_000_000;

export interface ExportPart {
  text: string;
  contentType: string;
  /** Opens the next part; null after the last. */
  cursor: string | null;
}

/** One part of the audit as a file, newest first: JSON lines that `verify` can check, or a table for people. */
export async function exportAudit(ctx: Ctx, input: AuditExport, chain: ChainStore): Promise<ExportPart> {
  const { format, ...filter } = input;
  const toLine = format === "csv" ? csvLine : (entry: AuditEntry) => JSON.stringify(entry);
  const lines = format === "csv" ? [columns.map(({ head }) => cell(head)).join(",")] : [];
  let count = 0;
  let bytes = 0;
  let cursor: string | null = input.cursor ?? null;
  do {
    const page = await searchAudit(ctx, { ...filter, limit: pageSize, cursor: cursor ?? undefined }, chain);
    for (const entry of page.items) {
      const line = toLine(entry);
      lines.push(line);
      bytes += Buffer.byteLength(line);
    }
    count += page.items.length;
    cursor = page.cursor;
  } while (cursor !== null && count < maxEntries && bytes < maxBytes);
  const newline = format === "csv" ? "\r\n" : "\n";
  return {
    text: lines.map((line) => line + newline).join(""),
    contentType: format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/jsonl",
    cursor,
  };
}

const columns: { head: string; of(entry: AuditEntry): unknown }[] = [
  { head: "seq", of: ({ seq }) => seq },
  { head: "at", of: ({ at }) => at },
  { head: "actor kind", of: ({ actor }) => actor.kind },
  { head: "actor id", of: ({ actor }) => actor.id },
  { head: "actor name", of: ({ actor }) => actor.name },
  { head: "action", of: ({ action }) => action },
  { head: "resource type", of: ({ resource }) => resource.type },
  { head: "resource id", of: ({ resource }) => resource.id },
  { head: "resource name", of: ({ resource }) => resource.name },
  { head: "before", of: ({ before }) => before && JSON.stringify(before) },
  { head: "after", of: ({ after }) => after && JSON.stringify(after) },
  { head: "why", of: ({ why }) => why },
  { head: "ip", of: ({ from }) => from?.ip },
  { head: "user agent", of: ({ from }) => from?.userAgent },
  { head: "request id", of: ({ from }) => from?.requestId },
  { head: "trace id", of: ({ traceId }) => traceId },
  { head: "previous hash", of: ({ prevHash }) => prevHash },
  { head: "hash", of: ({ hash }) => hash },
];

function csvLine(entry: AuditEntry): string {
  return columns.map(({ of }) => cell(of(entry))).join(",");
}

/** Quoted after RFC 4180; a text that a spreadsheet would take for a formula gets an apostrophe before it. */
export function cell(value: unknown): string {
  if (value === undefined || value === null) return '""';
  if (typeof value === "number") return String(value);
  const text = String(value);
  const safe = /^[\s]*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

import { randomUUID } from "node:crypto";
import { isoTime } from "../../../shared/platform/clock.ts";
import { localAccount, localRegion } from "../arns.ts";
import { AwsFault } from "../aws-fault.ts";
import { compilePattern } from "./pattern.ts";

export interface BusRule {
  queue: string;
  pattern: Readonly<Record<string, unknown>>;
}
export interface QueuedBody {
  queue: string;
  body: string;
}
/** Answers when every body lies durably in its queue; throws when none of them does. */
export type Enqueue = (bodies: readonly QueuedBody[]) => void;

interface EntryAnswer {
  EventId?: string;
  ErrorCode?: string;
  ErrorMessage?: string;
}
export interface PutEventsAnswer {
  FailedEntryCount: number;
  Entries: EntryAnswer[];
}

const maxEntries = 10;
/** EventBridge carries 1 MB a request since 2026-01-29. */
const maxRequestBytes = 1_048_576;

export type PutEvents = (request: unknown, nowMs: number) => PutEventsAnswer;

/**
 * EventBridge PutEvents: each event goes to the queue of every rule that matches it, and is acknowledged only
 * when all those queues hold it. An entry that is wrong fails alone, as on AWS.
 */
export function makePutEvents(rules: readonly BusRule[], enqueue: Enqueue): PutEvents {
  const compiled = rules.map(({ queue, pattern }) => ({ queue, matches: compilePattern(pattern) }));
  return (request, nowMs) => {
    const answers = entriesOf(request).map((entry) => {
      const detail = readDetail(entry);
      return "ErrorCode" in detail ? detail : put(entry, detail.value, nowMs);
    });
    return { FailedEntryCount: answers.filter((answer) => answer.ErrorCode).length, Entries: answers };
  };

  function put(entry: Entry, detail: object, nowMs: number): EntryAnswer {
    const id = randomUUID();
    const head = {
      version: "0",
      id,
      "detail-type": entry.DetailType,
      source: entry.Source,
      account: localAccount,
      time: timeOf(entry.Time, nowMs),
      region: localRegion,
      resources: entry.Resources ?? [],
    };
    const event = { ...head, detail };
    const body = `${JSON.stringify(head).slice(0, -1)},"detail":${entry.Detail}}`;
    const matched = compiled.filter((rule) => rule.matches(event));
    try {
      enqueue(matched.map(({ queue }) => ({ queue, body })));
      return { EventId: id };
    } catch (error) {
      return {
        ErrorCode: "InternalFailure",
        ErrorMessage: error instanceof Error ? error.message : "unknown",
      };
    }
  }
}

interface Entry {
  Source: string;
  DetailType: string;
  Detail: string;
  Resources?: string[];
  Time?: number;
}

function entriesOf(request: unknown): Entry[] {
  const entries = (request as { Entries?: unknown } | null)?.Entries;
  if (!Array.isArray(entries) || entries.length < 1 || entries.length > maxEntries) {
    throw new AwsFault("ValidationException", `Entries must hold 1 to ${maxEntries} events.`);
  }
  const bytes = entries.reduce((sum: number, entry: Partial<Entry>) => sum + sizeOf(entry), 0);
  if (bytes > maxRequestBytes) {
    throw new AwsFault(
      "ValidationException",
      `Total size of the entries in the request is over the limit of ${maxRequestBytes} bytes.`,
    );
  }
  return entries as Entry[];
}

/** As EventBridge counts: 14 bytes for a time, and the UTF-8 length of everything else. */
function sizeOf(entry: Partial<Entry>): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(String(text ?? "")), 0);
  return bytes + (entry.Time === undefined ? 0 : 14);
}

function readDetail(entry: Partial<Entry>): { value: object } | { ErrorCode: string; ErrorMessage: string } {
  for (const name of ["Source", "DetailType", "Detail"] as const) {
    if (typeof entry[name] !== "string" || entry[name] === "") {
      return {
        ErrorCode: "InvalidArgument",
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
    }
  }
  try {
    const value: unknown = JSON.parse(entry.Detail ?? "");
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { value };
  } catch {
    // Answered below: what is not JSON and what is not an object are one fault to the caller.
  }
  return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed: it must be a JSON object." };
}

/** The AWS JSON protocol sends times as epoch seconds. */
function timeOf(epochS: number | undefined, nowMs: number): string {
  const ms = typeof epochS === "number" ? epochS * 1000 : nowMs;
  return isoTime(ms).replace(/\.\d{3}Z$/, "Z");
}

import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import type { Envelope } from "../../../events/envelope.ts";
import type { Publish } from "../bus/publish.ts";
import { Unavailable } from "../errors.ts";

const entriesPerRequest = 10;
/** EventBridge takes 1 MB a request since 2026-01-29; a tenth is kept back for its own wrapping. */
const bytesPerRequest = 900_000;
const attempts = 4;

/** The publisher over EventBridge: chunks by count and bytes, and resends only the entries that failed. */
export function makePublish(client: EventBridgeClient, busName: string): Publish {
  return async (events) => {
    const entries = events.map((event) => toEntry(event, busName));
    await Promise.all(chunk(entries).map((part) => send(client, part)));
  };
}

export function makeEventBridgeClient(): EventBridgeClient {
  return new EventBridgeClient({ maxAttempts: 4 });
}

function toEntry(event: Envelope, busName: string): PutEventsRequestEntry {
  return {
    EventBusName: busName,
    Source: `sentinelops.${event.source}`,
    DetailType: event.type,
    Detail: JSON.stringify(event),
    Time: new Date(event.time),
  };
}

function chunk(entries: PutEventsRequestEntry[]): PutEventsRequestEntry[][] {
  const parts: PutEventsRequestEntry[][] = [];
  let part: PutEventsRequestEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.Detail ?? "");
    if (part.length === entriesPerRequest || (part.length > 0 && bytes + size > bytesPerRequest)) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(entry);
    bytes += size;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

async function send(client: EventBridgeClient, entries: PutEventsRequestEntry[]): Promise<void> {
  let pending = entries;
  let reason = "";
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await backOff(attempt);
    const answer = await client.send(new PutEventsCommand({ Entries: pending }));
    if (!answer.FailedEntryCount) return;
    const results = answer.Entries ?? [];
    reason = results.find((result) => result.ErrorCode)?.ErrorCode ?? "unknown";
    pending = pending.filter((_, i) => results[i]?.ErrorCode);
  }
  throw new Unavailable(`The event bus refused ${pending.length} of ${entries.length} events.`, 5, reason);
}

function backOff(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * 2 ** attempt));
}

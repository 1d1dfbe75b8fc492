import { createHash } from "node:crypto";
import { Envelope } from "../../../events/envelope.ts";
import type { Expressions } from "./table-expressions.ts";

/**
 * An item owes events in attributes `out_<event id>` until they are published. While it owes any, three more
 * put it in the sparse outbox index: `outboxPk` (a shard), `outboxSk` (the mark of the oldest debt, so that a
 * busy item does not hide it) and `outboxLast` (the mark of the newest save).
 */
export const outboxShards = 8;
const eventPrefix = "out_";
export const outboxAttributes = /^(out_.*|outboxPk|outboxSk|outboxLast)$/;
const indexAttributes = "outboxPk, outboxSk, outboxLast";

export const outboxShard = (shard: number) => `OUTBOX#${shard}`;

/** What a save adds to its item so that the events it owes are found again. */
export function debtAttributes(key: { pk: string; sk: string }, events: readonly Envelope[]) {
  const attributes: Record<string, unknown> = {};
  if (events.length === 0) return { attributes, mark: undefined };
  for (const event of events) attributes[eventPrefix + event.id] = JSON.stringify(event);
  const digest = createHash("sha1").update(`${key.pk}|${key.sk}`).digest();
  attributes["outboxPk"] = outboxShard((digest[0] ?? 0) % outboxShards);
  attributes["outboxLast"] = markOf(events);
  return { attributes, mark: markOf(events) };
}

/** Strikes the events and the index entry, in case the item owes nothing else. */
export function strikeAll(events: readonly Envelope[]): Expressions {
  const { names, list } = eventNames(events);
  return {
    UpdateExpression: `REMOVE ${list}, ${indexAttributes}`,
    ConditionExpression: "outboxSk = :mark AND outboxLast = :mark",
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: { ":mark": markOf(events) },
  };
}

/** Strikes the events and no others that the item may owe. */
export function strikeEvents(events: readonly Envelope[]): Expressions {
  const { names, list } = eventNames(events);
  return {
    UpdateExpression: `REMOVE ${list}`,
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeNames: names,
  };
}

/** Strikes the index entry of an item that owed nothing when `last` was its newest save. */
export function strikeIndex(last: string): Expressions {
  return {
    UpdateExpression: `REMOVE ${indexAttributes}`,
    ConditionExpression: "outboxLast = :last",
    ExpressionAttributeValues: { ":last": last },
  };
}

export function owedEvents(row: Record<string, unknown>): Envelope[] {
  return Object.entries(row)
    .filter(([name]) => name.startsWith(eventPrefix))
    .map(([, value]) => Envelope.parse(JSON.parse(String(value))));
}

/** Sorts by the time of the events; the id makes it this save's own. */
function markOf(events: readonly Envelope[]): string {
  return `${events[0]?.time}#${events[0]?.id}`;
}

function eventNames(events: readonly Envelope[]) {
  const names = Object.fromEntries(events.map((event, i) => [`#e${i}`, eventPrefix + event.id]));
  return { names, list: Object.keys(names).join(", ") };
}

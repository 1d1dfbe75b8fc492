import { createHash } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { Envelope } from "../../../events/envelope.ts";
import { nowMs } from "../clock.ts";
import { Invalid, Unavailable } from "../errors.ts";

/** Where an item lies inside its tenant; the tenant prefix is added here and nowhere else. */
export interface Key {
  pk: string;
  sk: string;
}
export type Item = Key & Record<string, unknown>;

/** A write either happened or lost to another writer; losing is an outcome, not an error. */
export type Saved = "saved" | "lost";

export interface Guard {
  /** The item must not exist yet. */
  absent?: true;
  /** The item's `version` must be this. */
  version?: number;
  /** The item must be absent or its `version` lower: a late writer does not undo a newer one. */
  below?: number;
}

export interface QueryInput {
  pk: string;
  /** Sort-key range; `prefix` excludes `from` and `to`, which are inclusive. */
  prefix?: string;
  from?: string;
  to?: string;
  /** Reads gsi1pk/gsi1sk instead of pk/sk. */
  index?: "gsi1";
  newestFirst?: boolean;
  limit?: number;
  cursor?: string | undefined;
  consistent?: boolean;
}
export interface Page<T> {
  items: T[];
  cursor: string | undefined;
}

const outboxShards = 8;
const outboxPrefix = "out_";
const maxBatchTries = 8;

/**
 * One domain's DynamoDB table (pk, sk, gsi1, sparse outbox index, TTL attribute `expiresAt` in epoch seconds).
 * Every key is prefixed with the tenant here, so no store can reach across. Expired rows are filtered on read.
 */
export class TenantTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #name: string;
  readonly #nowMs: () => number;

  constructor(client: DynamoDBDocumentClient, name: string, now: () => number = nowMs) {
    this.#client = client;
    this.#name = name;
    this.#nowMs = now;
  }

  async get(tenantId: string, key: Key): Promise<Item | undefined> {
    const answer = await this.#client.send(
      new GetCommand({ TableName: this.#name, Key: rawKey(tenantId, key), ConsistentRead: true }),
    );
    return this.#live(answer.Item);
  }

  /** The items that exist, in no order. Leftovers of a throttled batch are asked for again. */
  async getMany(tenantId: string, keys: readonly Key[]): Promise<Item[]> {
    const found: Item[] = [];
    const reads = chunksOf(keys, 100).map(async (part) => {
      let pending: Record<string, unknown>[] | undefined = part.map((key) => ({ ...rawKey(tenantId, key) }));
      for (let attempt = 0; pending?.length; attempt++) {
        await pause(attempt, "read");
        const answer: BatchGetCommandOutput = await this.#client.send(
          new BatchGetCommand({ RequestItems: { [this.#name]: { Keys: pending, ConsistentRead: true } } }),
        );
        for (const row of answer.Responses?.[this.#name] ?? []) {
          const item = this.#live(row);
          if (item) found.push(item);
        }
        pending = answer.UnprocessedKeys?.[this.#name]?.Keys;
      }
    });
    await Promise.all(reads);
    return found;
  }

  /** Writes the whole item, replacing what stood there. For items that owe no events. */
  async put(tenantId: string, item: Item, guard: Guard = {}): Promise<Saved> {
    return this.#unlessLost(
      this.#client.send(
        new PutCommand({
          TableName: this.#name,
          Item: { ...item, ...rawKeys(tenantId, item) },
          ...condition(guard),
        }),
      ),
    );
  }

  async putMany(tenantId: string, items: readonly Item[]): Promise<void> {
    const writes = chunksOf(items, 25).map(async (part) => {
      let pending: { PutRequest: { Item: Record<string, unknown> } }[] | undefined = part.map((item) => ({
        PutRequest: { Item: { ...item, ...rawKeys(tenantId, item) } },
      }));
      for (let attempt = 0; pending?.length; attempt++) {
        await pause(attempt, "write");
        const answer = await this.#client.send(
          new BatchWriteCommand({ RequestItems: { [this.#name]: pending } }),
        );
        pending = answer.UnprocessedItems?.[this.#name] as typeof pending;
      }
    });
    await Promise.all(writes);
  }

  /**
   * Sets the given attributes (undefined removes one) and, in the same write, notes the events the change owes.
   * The debt stays on the item until `settle`, and `owed` finds it if the process dies in between.
   */
  async save(
    tenantId: string,
    item: Item,
    events: readonly Envelope[] = [],
    guard: Guard = {},
  ): Promise<Saved> {
    const attributes: Record<string, unknown> = { ...item, ...indexKeys(tenantId, item) };
    delete attributes["pk"];
    delete attributes["sk"];
    for (const event of events) attributes[outboxPrefix + event.id] = JSON.stringify(event);
    if (events.length > 0) {
      attributes["outboxPk"] = outboxPartition(item);
      attributes["outboxSk"] = outboxMark(events);
    }
    return this.#unlessLost(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#name,
          Key: rawKey(tenantId, item),
          ...setAndRemove(attributes, condition(guard)),
        }),
      ),
    );
  }

  /** Adds to numeric attributes and returns the item after it: a counter that concurrent writers may share. */
  async add(
    tenantId: string,
    key: Key,
    amounts: Record<string, number>,
    set: Record<string, unknown> = {},
  ): Promise<Item> {
    const names: Record<string, string> = {};
    const values: Record<string, unknown> = {};
    const adds = Object.entries(amounts).map(([name, amount], i) => {
      names[`#a${i}`] = name;
      values[`:a${i}`] = amount;
      return `#a${i} :a${i}`;
    });
    const sets = Object.entries(set).map(([name, value], i) => {
      names[`#s${i}`] = name;
      values[`:s${i}`] = value;
      return `#s${i} = :s${i}`;
    });
    const answer = await this.#client.send(
      new UpdateCommand({
        TableName: this.#name,
        Key: rawKey(tenantId, key),
        UpdateExpression: `ADD ${adds.join(", ")}${sets.length > 0 ? ` SET ${sets.join(", ")}` : ""}`,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
        ReturnValues: "ALL_NEW",
      }),
    );
    return plain(answer.Attributes ?? {});
  }

  /** Removing what is not there is "saved" too, unless the guard asks for a version. */
  async remove(tenantId: string, key: Key, guard: Guard = {}): Promise<Saved> {
    return this.#unlessLost(
      this.#client.send(
        new DeleteCommand({ TableName: this.#name, Key: rawKey(tenantId, key), ...condition(guard) }),
      ),
    );
  }

  /** One page, oldest first unless asked otherwise. The cursor holds keys of this tenant and partition only. */
  async query(tenantId: string, input: QueryInput): Promise<Page<Item>> {
    const pkName = input.index ? "gsi1pk" : "pk";
    const skName = input.index ? "gsi1sk" : "sk";
    const names: Record<string, string> = { "#pk": pkName };
    const values: Record<string, unknown> = { ":pk": tenantPrefix(tenantId) + input.pk };
    let range = "";
    if (input.prefix !== undefined) {
      range = " AND begins_with(#sk, :prefix)";
      values[":prefix"] = input.prefix;
    } else if (input.from !== undefined && input.to !== undefined) {
      range = " AND #sk BETWEEN :from AND :to";
      values[":from"] = input.from;
      values[":to"] = input.to;
    } else if (input.from !== undefined) {
      range = " AND #sk >= :from";
      values[":from"] = input.from;
    } else if (input.to !== undefined) {
      range = " AND #sk <= :to";
      values[":to"] = input.to;
    }
    if (range) names["#sk"] = skName;
    const request: QueryCommandInput = {
      TableName: this.#name,
      KeyConditionExpression: `#pk = :pk${range}`,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
      ScanIndexForward: !input.newestFirst,
    };
    if (input.index) request.IndexName = input.index;
    else if (input.consistent) request.ConsistentRead = true;
    if (input.limit) request.Limit = input.limit;
    if (input.cursor)
      request.ExclusiveStartKey = openCursor(input.cursor, tenantPrefix(tenantId) + input.pk, pkName);
    const answer = await this.#client.send(new QueryCommand(request));
    const items = (answer.Items ?? []).flatMap((row) => this.#live(row) ?? []);
    return { items, cursor: answer.LastEvaluatedKey ? sealCursor(answer.LastEvaluatedKey) : undefined };
  }

  /** Every item of the query, page after page. */
  async *queryAll(tenantId: string, input: Omit<QueryInput, "cursor">): AsyncGenerator<Item> {
    let cursor: string | undefined;
    do {
      const page = await this.query(tenantId, { ...input, cursor });
      yield* page.items;
      cursor = page.cursor;
    } while (cursor);
  }

  /** Strikes published events from the item's debt. Harmless when another sweep did it first. */
  async settle(tenantId: string, key: Key, events: readonly Envelope[]): Promise<void> {
    if (events.length === 0) return;
    const names = Object.fromEntries(events.map((event, i) => [`#e${i}`, outboxPrefix + event.id]));
    const removals = Object.keys(names).join(", ");
    const strike = (alsoIndex: boolean) =>
      this.#client.send(
        new UpdateCommand({
          TableName: this.#name,
          Key: rawKey(tenantId, key),
          UpdateExpression: `REMOVE ${removals}${alsoIndex ? ", outboxPk, outboxSk" : ""}`,
          ExpressionAttributeNames: names,
          ...(alsoIndex
            ? {
                ConditionExpression: "outboxSk = :mark",
                ExpressionAttributeValues: { ":mark": outboxMark(events) },
              }
            : { ConditionExpression: "attribute_exists(pk)" }),
        }),
      );
    if ((await this.#unlessLost(strike(true))) === "lost") await this.#unlessLost(strike(false));
  }

  /** Items of any tenant whose events were noted before `beforeMs` and never struck, with those events. */
  async owed(
    beforeMs: number,
    limit: number,
  ): Promise<{ tenantId: string; key: Key; mark: string; events: Envelope[] }[]> {
    const shards = Array.from({ length: outboxShards }, (_, shard) =>
      this.#client.send(
        new QueryCommand({
          TableName: this.#name,
          IndexName: "outbox",
          KeyConditionExpression: "outboxPk = :pk AND outboxSk < :before",
          ExpressionAttributeValues: {
            ":pk": `OUTBOX#${shard}`,
            ":before": new Date(beforeMs).toISOString(),
          },
          Limit: limit,
        }),
      ),
    );
    const rows = (await Promise.all(shards)).flatMap((answer) => answer.Items ?? []);
    return rows.map((row) => ({ ...splitKey(row), events: owedEvents(row) }));
  }

  /** Strikes the index entry of an item whose events are all gone; `owed` would find it for ever. */
  async forgive(tenantId: string, key: Key, mark: string): Promise<void> {
    await this.#unlessLost(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#name,
          Key: rawKey(tenantId, key),
          UpdateExpression: "REMOVE outboxPk, outboxSk",
          ConditionExpression: "outboxSk = :mark",
          ExpressionAttributeValues: { ":mark": mark },
        }),
      ),
    );
  }

  #live(row: Record<string, unknown> | undefined): Item | undefined {
    if (!row) return undefined;
    const expiresAt = row["expiresAt"];
    if (typeof expiresAt === "number" && expiresAt * 1000 <= this.#nowMs()) return undefined;
    return plain(row);
  }

  async #unlessLost(write: Promise<unknown>): Promise<Saved> {
    try {
      await write;
      return "saved";
    } catch (error) {
      if (error instanceof Error && error.name === "ConditionalCheckFailedException") return "lost";
      throw error;
    }
  }
}

/** The document client every table of a function shares. */
export function makeTableClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 5 }), {
    marshallOptions: { removeUndefinedValues: true },
  });
}

const tenantPrefix = (tenantId: string) => `TENANT#${tenantId}#`;

function rawKey(tenantId: string, key: Key): Key {
  return { pk: tenantPrefix(tenantId) + key.pk, sk: key.sk };
}

function indexKeys(tenantId: string, item: Item): Record<string, unknown> {
  const gsi1pk = item["gsi1pk"];
  return typeof gsi1pk === "string" ? { gsi1pk: tenantPrefix(tenantId) + gsi1pk } : {};
}

function rawKeys(tenantId: string, item: Item): Record<string, unknown> {
  return { ...rawKey(tenantId, item), ...indexKeys(tenantId, item) };
}

function splitKey(row: Record<string, unknown>): { tenantId: string; key: Key; mark: string } {
  const [, tenantId = "", ...rest] = String(row["pk"]).split("#");
  return { tenantId, key: { pk: rest.join("#"), sk: String(row["sk"]) }, mark: String(row["outboxSk"]) };
}

/** The item as a store knows it: no tenant prefix, no outbox. */
function plain(row: Record<string, unknown>): Item {
  const { outboxPk: _pk, outboxSk: _sk, ...rest } = row;
  const item: Record<string, unknown> = { ...splitKey(row).key };
  for (const [name, value] of Object.entries(rest)) {
    if (name === "pk" || name === "sk" || name.startsWith(outboxPrefix)) continue;
    item[name] = name === "gsi1pk" ? String(value).split("#").slice(2).join("#") : value;
  }
  return item as Item;
}

function owedEvents(row: Record<string, unknown>): Envelope[] {
  return Object.entries(row)
    .filter(([name]) => name.startsWith(outboxPrefix))
    .map(([, value]) => Envelope.parse(JSON.parse(String(value))));
}

function outboxPartition(key: Key): string {
  const digest = createHash("sha1").update(`${key.pk}|${key.sk}`).digest();
  return `OUTBOX#${(digest[0] ?? 0) % outboxShards}`;
}

/** Sorts by the time of the events; the id makes it this save's own. */
function outboxMark(events: readonly Envelope[]): string {
  return `${events[0]?.time}#${events[0]?.id}`;
}

interface Condition {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
}

function condition(guard: Guard): Condition {
  if (guard.absent) return { ConditionExpression: "attribute_not_exists(pk)" };
  if (guard.version !== undefined) {
    return {
      ConditionExpression: "#version = :expected",
      ExpressionAttributeNames: { "#version": "version" },
      ExpressionAttributeValues: { ":expected": guard.version },
    };
  }
  if (guard.below !== undefined) {
    return {
      ConditionExpression: "attribute_not_exists(pk) OR #version < :limit",
      ExpressionAttributeNames: { "#version": "version" },
      ExpressionAttributeValues: { ":limit": guard.below },
    };
  }
  return {};
}

function setAndRemove(attributes: Record<string, unknown>, guard: Condition) {
  const names: Record<string, string> = { ...guard.ExpressionAttributeNames };
  const values: Record<string, unknown> = { ...guard.ExpressionAttributeValues };
  const sets: string[] = [];
  const removes: string[] = [];
  Object.entries(attributes).forEach(([name, value], i) => {
    names[`#n${i}`] = name;
    if (value === undefined) removes.push(`#n${i}`);
    else {
      values[`:v${i}`] = value;
      sets.push(`#n${i} = :v${i}`);
    }
  });
  const parts = [
    sets.length > 0 ? `SET ${sets.join(", ")}` : "",
    removes.length > 0 ? `REMOVE ${removes.join(", ")}` : "",
  ];
  return {
    UpdateExpression: parts.filter(Boolean).join(" "),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ...(guard.ConditionExpression ? { ConditionExpression: guard.ConditionExpression } : {}),
  };
}

function chunksOf<T>(all: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let i = 0; i < all.length; i += size) parts.push(all.slice(i, i + size));
  return parts;
}

/** Full-jitter back-off between tries of a throttled batch; gives up as Unavailable. */
async function pause(attempt: number, what: string): Promise<void> {
  if (attempt === 0) return;
  if (attempt >= maxBatchTries)
    throw new Unavailable(`The database throttled a batch ${what} ${attempt} times.`);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2_000, 25 * 2 ** attempt)));
}

function sealCursor(key: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

function openCursor(cursor: string, pk: string, pkName: string): Record<string, string> {
  const key = parseCursor(cursor);
  if (key?.[pkName] !== pk) {
    throw new Invalid("The cursor does not belong to this list; ask for the first page again.", "cursor");
  }
  return key;
}

function parseCursor(cursor: string): Record<string, string> | undefined {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (typeof key !== "object" || key === null) return undefined;
    return Object.values(key).every((value) => typeof value === "string")
      ? (key as Record<string, string>)
      : undefined;
  } catch {
    return undefined;
  }
}

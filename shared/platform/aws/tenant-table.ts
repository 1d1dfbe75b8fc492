import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { Envelope } from "../../../events/envelope.ts";
import type { Publish } from "../bus/publish.ts";
import { nowMs } from "../clock.ts";
import type { Log } from "../log.ts";
import { readBatches, writeBatches } from "./table-batch.ts";
import {
  addAndSet,
  addWithin,
  condition,
  type Expressions,
  type Guard,
  type Pour,
  pour,
  type Saved,
  setAndRemove,
} from "./table-expressions.ts";
import { type Item, type Key, plainItem, rawIndexKeys, rawItem, rawKey, splitKey } from "./table-item.ts";
import {
  debtAttributes,
  outboxShard,
  outboxShards,
  owedEvents,
  strikeAll,
  strikeEvents,
  strikeIndex,
} from "./table-outbox.ts";
import {
  countRequest,
  foreignCursor,
  isEmptyRange,
  type Page,
  type QueryInput,
  queryRequest,
  sealCursor,
} from "./table-query.ts";

export type { Guard, Saved } from "./table-expressions.ts";
export type { Item, Key } from "./table-item.ts";
export type { Page, QueryInput } from "./table-query.ts";

/** Events an item still owes; `mark` names its newest save. */
export interface Debt {
  tenantId: string;
  key: Key;
  mark: string;
  events: Envelope[];
  /** The item stays for its debt alone. */
  retired: boolean;
}

/** Where changes are told. */
export interface Bus {
  publish: Publish;
  log: Log;
}

/** A retired item is out of sight at once; it stays until what it owes must have been told. */
const retiredMs = 7 * 86_400_000;

/**
 * One domain's DynamoDB table (pk, sk, gsi1, sparse outbox index, TTL attribute `expiresAt` in epoch seconds).
 * Every key is prefixed with the tenant here, so no store can reach across. Expired rows are filtered on read.
 */
export class TenantTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #name: string;
  readonly #nowMs: () => number;
  readonly #bus: Bus | undefined;

  constructor(client: DynamoDBDocumentClient, name: string, now: () => number = nowMs, bus?: Bus) {
    this.#client = client;
    this.#name = name;
    this.#nowMs = now;
    this.#bus = bus;
  }

  /** The same table, whose `change` and `retire` tell the bus at once. */
  telling(bus: Bus): TenantTable {
    return new TenantTable(this.#client, this.#name, this.#nowMs, bus);
  }

  async get(tenantId: string, key: Key): Promise<Item | undefined> {
    const answer = await this.#client.send(
      new GetCommand({ TableName: this.#name, Key: rawKey(tenantId, key), ConsistentRead: true }),
    );
    return this.#live(answer.Item);
  }

  /** The items that exist, in no order. Leftovers of a throttled batch are asked for again. */
  async getMany(tenantId: string, keys: readonly Key[]): Promise<Item[]> {
    const rows = await readBatches(
      this.#client,
      this.#name,
      keys.map((key) => rawKey(tenantId, key)),
    );
    return rows.flatMap((row) => this.#live(row) ?? []);
  }

  /** Writes the whole item, replacing what stood there. For items that owe no events. */
  async put(tenantId: string, item: Item, guard: Guard = {}): Promise<Saved> {
    return this.#unlessLost(
      this.#client.send(
        new PutCommand({ TableName: this.#name, Item: rawItem(tenantId, item), ...condition(guard) }),
      ),
    );
  }

  /** Writes whole items, each key once. Leftovers of a throttled batch are written again. */
  async putMany(tenantId: string, items: readonly Item[]): Promise<void> {
    await writeBatches(
      this.#client,
      this.#name,
      items.map((item) => rawItem(tenantId, item)),
    );
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
    const { pk: _pk, sk: _sk, ...given } = item;
    // A row that was left retired is none of the new item's.
    const attributes = guard.absent ? { retired: undefined, expiresAt: undefined, ...given } : given;
    const debt = debtAttributes(item, events);
    return this.#update(
      tenantId,
      item,
      setAndRemove(
        { ...attributes, ...rawIndexKeys(tenantId, item), ...debt.attributes },
        debt.mark === undefined ? {} : { outboxSk: debt.mark },
        guard,
      ),
    );
  }

  /**
   * `save`, and then the events are told. When the bus refuses, or the table tells no bus, they stay on the item
   * and the sweep sends them within the minute; the change stands either way. Nobody waits for what was told to be
   * struck: where that is lost, the sweep tells it once more.
   */
  async change(tenantId: string, item: Item, events: readonly Envelope[], guard: Guard = {}): Promise<Saved> {
    const saved = await this.save(tenantId, item, events, guard);
    if (saved === "saved") {
      const { struck } = await this.#tell(tenantId, item, events);
      void struck;
    }
    return saved;
  }

  /**
   * Removes an item whose removal owes events. It is out of sight with this one write, which carries the debt;
   * the row itself goes when the debt is paid. An item of the same key can be made again once it is told.
   */
  async retire(tenantId: string, key: Key, events: readonly Envelope[], guard: Guard = {}): Promise<Saved> {
    const expiresAt = Math.ceil((this.#nowMs() + retiredMs) / 1000);
    const hidden = { pk: key.pk, sk: key.sk, retired: true, expiresAt, gsi1pk: undefined, gsi1sk: undefined };
    const retired = await this.save(tenantId, hidden, events, guard);
    if (retired === "lost") return retired;
    const { struck } = await this.#tell(tenantId, key, events);
    await struck;
    await this.remove(tenantId, key, { retired: true });
    return retired;
  }

  /** Adds to numeric attributes and returns the item after it: a counter that concurrent writers may share. */
  async add(
    tenantId: string,
    key: Key,
    amounts: Record<string, number>,
    set: Record<string, unknown> = {},
  ): Promise<Item> {
    const answer = await this.#client.send(
      new UpdateCommand({
        TableName: this.#name,
        Key: rawKey(tenantId, key),
        ...addAndSet(amounts, set),
        ReturnValues: "ALL_NEW",
      }),
    );
    return plainItem(answer.Attributes ?? {});
  }

  /**
   * Adds to numeric attributes unless one of them would pass its limit; then nothing is added, and it is "lost".
   * Of many that add at once, no more succeed than fit.
   */
  async addWithin(
    tenantId: string,
    key: Key,
    amounts: Record<string, number>,
    limits: Record<string, number>,
    set: Record<string, unknown> = {},
  ): Promise<Saved> {
    return this.#update(tenantId, key, addWithin(amounts, limits, set));
  }

  /**
   * Pours into a bucket that drains by itself, exactly however many pour at once: until when it now drains, ms,
   * or undefined where there is no room. One write, a second one when the bucket was thought filled and was empty
   * or the other way about.
   */
  async pour(
    tenantId: string,
    key: Key,
    amount: Pour,
    thought: "filled" | "empty",
  ): Promise<number | undefined> {
    const other = thought === "filled" ? "empty" : "filled";
    for (const into of [thought, other, thought] as const) {
      const row = await this.#updated(tenantId, key, pour(amount, into));
      if (row) return Number(row["fullUntilMs"]);
    }
    return undefined;
  }

  /** Removing what is not there is "saved" too, unless the guard asks for a version. */
  async remove(tenantId: string, key: Key, guard: Guard = {}): Promise<Saved> {
    return this.#unlessLost(
      this.#client.send(
        new DeleteCommand({ TableName: this.#name, Key: rawKey(tenantId, key), ...condition(guard) }),
      ),
    );
  }

  /**
   * One page, oldest first unless asked otherwise. The cursor holds keys of this tenant and list only; throws
   * Invalid for any other.
   */
  async query(tenantId: string, input: QueryInput): Promise<Page<Item>> {
    if (isEmptyRange(input)) return { items: [], cursor: undefined };
    const request = new QueryCommand(queryRequest(this.#name, tenantId, input));
    const answer = await this.#client.send(request).catch((error: unknown) => {
      // A start key outside the asked range is refused by the database alone.
      if (input.cursor && error instanceof Error && error.name === "ValidationException")
        throw foreignCursor();
      throw error;
    });
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

  /** How many live items a partition has whose attributes are `above` the given numbers, without sending them over. */
  async count(tenantId: string, pk: string, above: Record<string, number> = {}): Promise<number> {
    const request = countRequest(this.#name, tenantId, pk, this.#nowMs(), above);
    let count = 0;
    do {
      const answer = await this.#client.send(new QueryCommand(request));
      count += answer.Count ?? 0;
      request.ExclusiveStartKey = answer.LastEvaluatedKey;
    } while (request.ExclusiveStartKey);
    return count;
  }

  /** Strikes published events from the item's debt. Harmless when another sweep did it first. */
  async settle(tenantId: string, key: Key, events: readonly Envelope[]): Promise<void> {
    if (events.length === 0) return;
    if ((await this.#update(tenantId, key, strikeAll(events))) === "saved") return;
    // The item owes, or owed, events of another save too: its index entry goes when the last of them is struck.
    const row = await this.#updated(tenantId, key, strikeEvents(events));
    if (!row || owedEvents(row).length > 0) return;
    await this.forgive(tenantId, key, String(row["outboxLast"]));
    // It was retired while this was on its way, and nobody else strikes the last of what it owed.
    if (row["retired"] === true) await this.remove(tenantId, key, { retired: true });
  }

  /** Items of any tenant whose oldest debt was noted before `beforeMs` and never struck, at most `limit` a shard. */
  async owed(beforeMs: number, limit: number): Promise<Debt[]> {
    const shards = Array.from({ length: outboxShards }, (_, shard) =>
      this.#client.send(
        new QueryCommand({
          TableName: this.#name,
          IndexName: "outbox",
          KeyConditionExpression: "outboxPk = :pk AND outboxSk < :before",
          ExpressionAttributeValues: {
            ":pk": outboxShard(shard),
            ":before": new Date(beforeMs).toISOString(),
          },
          Limit: limit,
        }),
      ),
    );
    const rows = (await Promise.all(shards)).flatMap((answer) => answer.Items ?? []);
    return rows.map((row) => ({
      ...splitKey(row),
      mark: String(row["outboxLast"]),
      events: owedEvents(row),
      retired: row["retired"] === true,
    }));
  }

  /** Strikes the index entry of an item that owes nothing any more; `owed` would find it for ever. */
  async forgive(tenantId: string, key: Key, mark: string): Promise<void> {
    await this.#update(tenantId, key, strikeIndex(mark));
  }

  #live(row: Record<string, unknown> | undefined): Item | undefined {
    if (!row) return undefined;
    const expiresAt = row["expiresAt"];
    if (typeof expiresAt === "number" && expiresAt * 1000 <= this.#nowMs()) return undefined;
    if (row["retired"] === true) return undefined;
    return plainItem(row);
  }

  /** Returns when the bus has the events, with the striking under way. Whatever fails stays owed. */
  async #tell(
    tenantId: string,
    key: Key,
    events: readonly Envelope[],
  ): Promise<{ struck: Promise<void> | undefined }> {
    const bus = this.#bus;
    if (!bus || events.length === 0) return { struck: undefined };
    const staysOwed = (error: unknown) => {
      const ids = events.map((event) => event.id);
      bus.log.error("events of a change stay in the outbox", { error, events: ids });
    };
    try {
      await bus.publish(events);
      return { struck: this.settle(tenantId, key, events).catch(staysOwed) };
    } catch (error) {
      staysOwed(error);
      return { struck: undefined };
    }
  }

  async #update(tenantId: string, key: Key, expressions: Expressions): Promise<Saved> {
    return (await this.#updated(tenantId, key, expressions, "NONE")) ? "saved" : "lost";
  }

  /** The row after the update; undefined where its condition did not hold. */
  async #updated(
    tenantId: string,
    key: Key,
    expressions: Expressions,
    returned: "ALL_NEW" | "NONE" = "ALL_NEW",
  ): Promise<Record<string, unknown> | undefined> {
    const update = new UpdateCommand({
      TableName: this.#name,
      Key: rawKey(tenantId, key),
      ...expressions,
      ReturnValues: returned,
    });
    let row: Record<string, unknown> = {};
    const outcome = await this.#unlessLost(
      this.#client.send(update).then((answer) => {
        row = answer.Attributes ?? {};
      }),
    );
    return outcome === "saved" ? row : undefined;
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

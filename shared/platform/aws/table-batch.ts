import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  BatchWriteCommand,
  type BatchWriteCommandOutput,
  type DynamoDBDocumentClient,
} from "@aws-sdk/lib-dynamodb";
import { Unavailable } from "../errors.ts";
import type { Key } from "./table-item.ts";

type Row = Record<string, unknown>;

const keysPerRead = 100;
const rowsPerWrite = 25;
const maxTries = 8;

/** Reads rows by key, a hundred a request. What a throttled table left over is asked for again. */
export async function readBatches(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly Key[],
): Promise<Row[]> {
  const parts = chunksOf(distinct(keys), keysPerRead).map(async (part) => {
    const rows: Row[] = [];
    let pending: Row[] | undefined = part.map((key) => ({ ...key }));
    for (let attempt = 0; pending?.length; attempt++) {
      await pause(attempt, "read");
      const answer: BatchGetCommandOutput = await client.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys: pending, ConsistentRead: true } } }),
      );
      rows.push(...(answer.Responses?.[table] ?? []));
      pending = answer.UnprocessedKeys?.[table]?.Keys;
    }
    return rows;
  });
  return (await Promise.all(parts)).flat();
}

/** Writes rows, twenty-five a request. What a throttled table left over is written again. */
export async function writeBatches(
  client: DynamoDBDocumentClient,
  table: string,
  rows: readonly Row[],
): Promise<void> {
  const parts = chunksOf(rows, rowsPerWrite).map(async (part) => {
    let pending: NonNullable<BatchWriteCommandOutput["UnprocessedItems"]>[string] | undefined = part.map(
      (Item) => ({ PutRequest: { Item } }),
    );
    for (let attempt = 0; pending?.length; attempt++) {
      await pause(attempt, "write");
      const answer: BatchWriteCommandOutput = await client.send(
        new BatchWriteCommand({ RequestItems: { [table]: pending } }),
      );
      pending = answer.UnprocessedItems?.[table];
    }
  });
  await Promise.all(parts);
}

/** DynamoDB refuses a batch that names a key twice. */
function distinct(keys: readonly Key[]): Key[] {
  return [...new Map(keys.map((key) => [JSON.stringify([key.pk, key.sk]), key])).values()];
}

function chunksOf<T>(all: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let i = 0; i < all.length; i += size) parts.push(all.slice(i, i + size));
  return parts;
}

/** Full-jitter back-off between tries of a throttled batch; gives up as Unavailable. */
async function pause(attempt: number, what: string): Promise<void> {
  if (attempt === 0) return;
  if (attempt >= maxTries) throw new Unavailable(`The database throttled a batch ${what} ${attempt} times.`);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2_000, 25 * 2 ** attempt)));
}

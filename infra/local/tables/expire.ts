import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  paginateScan,
  type ScanCommandOutput,
} from "@aws-sdk/client-dynamodb";
import { nowMs } from "../../../shared/platform/clock.ts";
import { tableNames } from "../../topology/row.ts";

const everyMs = 60 * 60_000;
/** Between two pages, so that requests go first. */
const restMs = 50;
const perBatch = 25;

/** DynamoDB's time-to-live, which dynalite lacks: each hour removes the items whose `expiresAt` has passed. */
export function removeExpiredItems(client: DynamoDBClient, onError: (error: unknown) => void) {
  const stopping = new AbortController();
  const timer = setInterval(() => {
    sweep(client, Math.floor(nowMs() / 1000), stopping.signal).catch(onError);
  }, everyMs);
  timer.unref();
  return {
    stop(): void {
      clearInterval(timer);
      stopping.abort();
    },
  };
}

/** One pass over all tables; returns how many items it removed. */
export async function sweep(client: DynamoDBClient, nowS: number, signal: AbortSignal): Promise<number> {
  let removed = 0;
  for (const table of tableNames) {
    const pages = paginateScan(
      { client },
      {
        TableName: table,
        ProjectionExpression: "pk, sk",
        FilterExpression: "expiresAt < :now",
        ExpressionAttributeValues: { ":now": { N: String(nowS) } },
      },
    );
    for await (const page of pages) {
      if (signal.aborted) return removed;
      removed += await removeAll(client, table, page.Items ?? []);
      await new Promise((resolve) => setTimeout(resolve, restMs));
    }
  }
  return removed;
}

async function removeAll(
  client: DynamoDBClient,
  table: string,
  keys: NonNullable<ScanCommandOutput["Items"]>,
): Promise<number> {
  for (let from = 0; from < keys.length; from += perBatch) {
    const deletes = keys.slice(from, from + perBatch).map((Key) => ({ DeleteRequest: { Key } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: deletes } }));
  }
  return keys.length;
}

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { isoTime, nowMs } from "../../shared/platform/clock.ts";
import { type FunctionRow, tableNames } from "../topology/row.ts";
import { localRegion } from "./arns.ts";
import { openAwsEndpoint } from "./aws-endpoint.ts";
import { type CallerSettings, makeCallers } from "./callers.ts";
import type { DataDir } from "./data-dir.ts";
import { openQueues } from "./queues/queues.ts";
import { recoverQueues } from "./queues/recover.ts";
import { createDomainTable } from "./table-schema.ts";
import { removeExpiredItems } from "./tables/expire.ts";
import { openTables } from "./tables/tables.ts";

export interface EnginesSettings {
  topology: readonly FunctionRow[];
  dataDir: DataDir;
  callers: CallerSettings;
  /** Counts what DynamoDB would bill for. */
  metered: boolean;
  onParked(queue: string, count: number): void;
  onError(error: unknown): void;
  /** Nothing can go on after this. */
  onFatal(error: Error): void;
}

const defaultMaxReceiveCount = 5;
const visibilityPerTimeout = 6;

/** Everything below the functions: tables, queues and the endpoint their AWS clients call. */
export async function openEngines(settings: EnginesSettings) {
  const { dataDir, callers, topology } = settings;
  const stamp = isoTime(nowMs()).replaceAll(":", "-");
  const openingTables = openTables(
    { folder: dataDir.path("tables"), callers, metered: settings.metered, unclean: dataDir.unclean, stamp },
    settings.onFatal,
  );
  const awsEndpoint = await openAwsEndpoint(makeCallers(callers), settings.onError);
  const queueNotes = dataDir.unclean ? recoverQueues(dataDir.path("queues"), stamp) : [];
  const queues = await openQueues(dataDir.path("queues"), awsEndpoint.url, settings.onParked);
  for (const { name, trigger, timeoutS } of topology) {
    if (trigger.kind === "schedule") queues.ensureDeadLetterQueue(name);
    if (trigger.kind !== "queue") continue;
    queues.ensureQueue({
      name,
      visibilityTimeoutS: visibilityPerTimeout * timeoutS + trigger.batchWindowS,
      maxReceiveCount: trigger.maxReceiveCount ?? defaultMaxReceiveCount,
    });
  }
  const tables = await openingTables;
  const client = new DynamoDBClient({
    region: localRegion,
    endpoint: tables.endpoint,
    credentials: { accessKeyId: callers.operatorKey, secretAccessKey: "local" },
  });
  await Promise.all(tableNames.map((name) => createDomainTable(client, name)));
  const expiry = removeExpiredItems(client, settings.onError);
  return {
    awsEndpoint,
    queues,
    tables,
    tableClient: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    notes: [...queueNotes, ...tables.notes],
    async close(): Promise<void> {
      expiry.stop();
      client.destroy();
      await awsEndpoint.close();
      await queues.close();
      await tables.stop();
    },
  };
}

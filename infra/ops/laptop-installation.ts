import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { localAccount } from "../local/arns.ts";
import { readLocalAddress } from "../local/data-dir.ts";
import { deadLetterQueueOf } from "../local/queues/queues.ts";
import type { FunctionRow } from "../topology/row.ts";
import { longestWaitS } from "../topology/runbook.ts";
import { depthOf } from "./dead-letters.ts";
import type { AlarmReading, Installation, Place } from "./installation.ts";

/** The runtime that runs on this machine with this data folder; its engines speak SQS. */
export async function openLaptopInstallation(dataDir: string, nowMs: number): Promise<Installation> {
  const address = readLocalAddress(dataDir);
  const nothing = `Nothing runs on ${dataDir}. Start it with npm start in another terminal, or name its folder with DATA_DIR. Without --laptop this speaks to AWS.`;
  if (!address) throw new Error(nothing);
  const { awsEnv } = address;
  const endpoint = awsEnv.AWS_ENDPOINT_URL;
  const sqs = new SQSClient({
    region: awsEnv.AWS_REGION,
    endpoint,
    credentials: {
      accessKeyId: awsEnv.AWS_ACCESS_KEY_ID,
      secretAccessKey: awsEnv.AWS_SECRET_ACCESS_KEY,
    },
  });
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const names = new Set(QueueUrls.map((url) => url.slice(url.lastIndexOf("/") + 1)));
  // A queue keeps the address of the runtime that made it; this one answers on another port.
  const urlOf = (queue: string) => (names.has(queue) ? `${endpoint}/${localAccount}/${queue}` : undefined);
  const placeOf = ({ name }: FunctionRow): Place => {
    const queueUrl = urlOf(name);
    const deadLetterUrl = urlOf(deadLetterQueueOf(name));
    return {
      ...(queueUrl ? { queueUrl } : {}),
      ...(deadLetterUrl ? { deadLetterUrl } : {}),
      logs: join(dataDir, "functions.log"),
    };
  };
  const oldestAgesS = async (rows: readonly FunctionRow[]) => readOldestAgesS(dataDir, rows, nowMs);
  return {
    title: `the runtime on this machine (${address.url})`,
    sqs,
    placeOf,
    oldestAgesS,

    /** There is no CloudWatch here: what its alarms would say of the queues as they stand. */
    async alarms(rows) {
      const ages = await oldestAgesS(rows);
      const readings = rows.map(async (row): Promise<[string, AlarmReading[]]> => {
        const { queueUrl, deadLetterUrl } = placeOf(row);
        const alarms: AlarmReading[] = [];
        if (queueUrl) alarms.push(reading("waiting", (ages.get(row.name) ?? 0) > longestWaitS(row)));
        if (deadLetterUrl) alarms.push(reading("parked", (await depthOf(sqs, deadLetterUrl)).waiting > 0));
        return [row.name, alarms];
      });
      return new Map(await Promise.all(readings));
    },

    async openTable(name) {
      const client = new DynamoDBClient({
        region: awsEnv.AWS_REGION,
        endpoint: awsEnv.AWS_ENDPOINT_URL_DYNAMODB,
        credentials: {
          accessKeyId: awsEnv.AWS_ACCESS_KEY_ID,
          secretAccessKey: awsEnv.AWS_SECRET_ACCESS_KEY,
        },
      });
      return new TenantTable(DynamoDBDocumentClient.from(client), name);
    },

    async archive() {
      throw new Error(
        "A laptop keeps no archive of its events, so there is nothing to replay: the archive is EventBridge's, in an installation on AWS. What a function gave up on can be sent again with: npm run ops -- dlq redrive --laptop",
      );
    },
  };
}

function reading(kind: string, on: boolean): AlarmReading {
  return { kind, state: on ? "alarm" : "ok" };
}

/** Read from the queues' own file: asking SQS for a message would count as a try of it. What is put off waits for nobody. */
function readOldestAgesS(dataDir: string, rows: readonly FunctionRow[], nowMs: number): Map<string, number> {
  const database = new DatabaseSync(join(dataDir, "queues", "fauxqs.db"), { readOnly: true });
  try {
    const oldest = database.prepare(
      `SELECT min(sent_timestamp) AS sentMs FROM sqs_messages
       WHERE queue_name = ?1 AND (delay_until IS NULL OR delay_until <= ?2)`,
    );
    return new Map(
      rows
        .filter(({ trigger }) => trigger.kind === "queue")
        .map(({ name }) => {
          const { sentMs } = oldest.get(name, nowMs) as { sentMs: number | null };
          return [name, sentMs === null ? 0 : Math.max(0, (nowMs - sentMs) / 1000)];
        }),
    );
  } finally {
    database.close();
  }
}

import assert from "node:assert/strict";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { domainTableName } from "../../infra/constructs/domain-table.ts";
import { installationName } from "../../infra/installation-name.ts";
import { topology } from "../../infra/topology/index.ts";
import { tableNames } from "../../infra/topology/row.ts";
import { eventually } from "../support/api-client.ts";

const settledMs = 30_000;
const dayMs = 86_400_000;

/** Every table holds rows, all of them this tenant's or the platform's own, and no event is owed any more. Returns rows by table. */
export async function checkTables(tenantId: string): Promise<Record<string, number>> {
  const dynamodb = new DynamoDBClient();
  const counts: Record<string, number> = {};
  for (const name of tableNames) {
    const rows = await eventually(
      `${name} owes no event`,
      async () => {
        const TableName = domainTableName(installationName, name);
        const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName }));
        return Items.every((row) => row["outboxPk"] === undefined) && Items;
      },
      settledMs,
    );
    const foreign = rows
      .map((row) => row["pk"]?.S ?? "")
      .filter((pk) => !pk.startsWith(`TENANT#${tenantId}#`) && !pk.startsWith("TENANT#platform#"));
    counts[name] = rows.length;
    assert.ok(rows.length > 0, `${name} is empty`);
    assert.deepEqual(foreign, [], `${name} holds rows of nobody`);
  }
  return counts;
}

/** Days for which a metric's series, just stored, will be kept. */
export async function keptDays(metric: string, nowMs: number): Promise<number> {
  const TableName = domainTableName(installationName, "metrics");
  const series = new ScanCommand({
    TableName,
    FilterExpression: "#name = :name",
    ExpressionAttributeNames: { "#name": "name" },
    ExpressionAttributeValues: { ":name": { S: metric } },
  });
  const dynamodb = new DynamoDBClient();
  const row = await eventually(`a series of ${metric}`, async () => (await dynamodb.send(series)).Items?.[0]);
  return Math.round((Number(row["expiresAt"]?.N) * 1000 - nowMs) / dayMs);
}

/** Every queue of a consumer parks what fails too often. */
export async function checkQueues(): Promise<void> {
  const sqs = new SQSClient();
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const policies = await Promise.all(
    QueueUrls.map(async (QueueUrl) => {
      const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["RedrivePolicy"] });
      return (await sqs.send(asked)).Attributes?.["RedrivePolicy"];
    }),
  );
  const consumers = topology.filter(({ trigger }) => trigger.kind === "queue");
  assert.equal(policies.filter(Boolean).length, consumers.length, "a consumer's queue parks nothing");
}

import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

/**
 * Creates one domain table as the CDK construct domain-table does: pk/sk, gsi1, and the sparse outbox index.
 * A table that stands already is left as it is.
 */
export async function createDomainTable(client: DynamoDBClient, name: string): Promise<void> {
  const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const });
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: "HASH" as const },
    { AttributeName: range, KeyType: "RANGE" as const },
  ];
  const index = (IndexName: string, hash: string, range: string) => ({
    IndexName,
    KeySchema: keys(hash, range),
    Projection: { ProjectionType: "ALL" as const },
  });
  try {
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: ["pk", "sk", "gsi1pk", "gsi1sk", "outboxPk", "outboxSk"].map(attribute),
        KeySchema: keys("pk", "sk"),
        GlobalSecondaryIndexes: [index("gsi1", "gsi1pk", "gsi1sk"), index("outbox", "outboxPk", "outboxSk")],
      }),
    );
  } catch (error) {
    if (!(error instanceof Error && error.name === "ResourceInUseException")) throw error;
  }
}

import type { AddressInfo } from "node:net";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import dynalite from "dynalite";
import { createDomainTable } from "../../infra/local/table-schema.ts";
import { TenantTable } from "../../shared/platform/aws/tenant-table.ts";

export interface TestTable {
  table: TenantTable;
  client: DynamoDBDocumentClient;
  endpoint: string;
  /** Every row as it is stored. */
  dump(): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** A domain table on an in-memory DynamoDB of its own, for the stores' tests. */
export async function startTestTable(now?: () => number): Promise<TestTable> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const raw = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  await createDomainTable(raw, "test");
  const client = DynamoDBDocumentClient.from(raw, { marshallOptions: { removeUndefinedValues: true } });
  return {
    table: new TenantTable(client, "test", now),
    client,
    endpoint,
    dump: async () => (await client.send(new ScanCommand({ TableName: "test" }))).Items ?? [],
    stop: () =>
      new Promise((resolve) => {
        raw.destroy();
        server.close(() => resolve());
      }),
  };
}

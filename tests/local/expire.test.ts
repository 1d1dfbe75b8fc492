import type { AddressInfo } from "node:net";
import { DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "@jest/globals";
import dynalite from "dynalite";
import { createDomainTable } from "../../infra/local/table-schema.ts";
import { sweep } from "../../infra/local/tables/expire.ts";
import { tableNames } from "../../infra/topology/row.ts";

test("items past their time are removed from every table, all others stay", async () => {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const put = (TableName: string, sk: string, expiresAt?: number) =>
    client.send(
      new PutItemCommand({
        TableName,
        Item: {
          pk: { S: "p" },
          sk: { S: sk },
          ...(expiresAt ? { expiresAt: { N: String(expiresAt) } } : {}),
        },
      }),
    );
  for (const name of tableNames) {
    await createDomainTable(client, name);
    for (let i = 0; i < 30; i++) await put(name, `old-${i}`, 999);
    await put(name, "lasting");
    await put(name, "due later", 1_001);
  }

  expect(await sweep(client, 1_000, new AbortController().signal)).toBe(30 * tableNames.length);

  for (const TableName of tableNames) {
    const { Items = [] } = await client.send(new ScanCommand({ TableName }));
    expect(Items.map(({ sk }) => sk?.S).sort()).toEqual(["due later", "lasting"]);
  }
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

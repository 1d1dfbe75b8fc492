import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Measure, Meter } from "../../infra/local/metering/meter.ts";
import { meterTables } from "../../infra/local/tables/meter-tables.ts";
import { startTestTable, type TestTable } from "../support/table.ts";

let tables: TestTable;
let before: Map<string, number>;
const meter = new Meter();
beforeAll(async () => {
  meterTables(meter);
  tables = await startTestTable();
});
afterAll(() => tables?.stop());
beforeEach(() => {
  before = new Map(meter.readings().map(({ measure, of, amount }) => [`${measure} ${of}`, amount]));
});

const used = (measure: Measure, of = "test") =>
  (meter.readings().find((reading) => reading.measure === measure && reading.of === of)?.amount ?? 0) -
  (before.get(`${measure} ${of}`) ?? 0);
const key = (pk: string) => ({ pk, sk: "s" });
const put = (pk: string, more: Record<string, unknown> = {}, condition?: string) =>
  tables.client.send(
    new PutCommand({
      TableName: "test",
      Item: { ...key(pk), ...more },
      ...(condition ? { ConditionExpression: condition } : {}),
    }),
  );
const kb = (n: number) => "x".repeat(n * 1024 - 100);

test("a write costs a unit for each KB of the larger of the old item and the new", async () => {
  await put("sizes", { text: kb(3) });
  await put("sizes", { text: "short" });

  expect(used("tableWrites")).toBe(6);
  expect(used("tableWrites", "test indexes")).toBe(0);
});

test("an index costs a write to put, change or drop its copy, and two to move it", async () => {
  await put("indexed", { gsi1pk: "a", gsi1sk: "1" });
  expect(used("tableWrites", "test indexes")).toBe(1);
  await put("indexed", { gsi1pk: "a", gsi1sk: "2" });
  expect(used("tableWrites", "test indexes")).toBe(3);
  await put("indexed", { gsi1pk: "a", gsi1sk: "2" });
  expect(used("tableWrites", "test indexes")).toBe(3);
  await tables.client.send(
    new UpdateCommand({
      TableName: "test",
      Key: key("indexed"),
      UpdateExpression: "SET seen = :yes",
      ExpressionAttributeValues: { ":yes": true },
    }),
  );
  expect(used("tableWrites", "test indexes")).toBe(4);
  await tables.client.send(new DeleteCommand({ TableName: "test", Key: key("indexed") }));
  expect(used("tableWrites", "test indexes")).toBe(5);
});

test("a write whose condition fails costs as much as the item that stands", async () => {
  await put("guarded", { text: kb(2) });
  await expect(put("guarded", {}, "attribute_not_exists(pk)")).rejects.toThrow("conditional");

  expect(used("tableWrites")).toBe(4);
});

test("a read costs a unit for each 4 KB, half of it where it may be stale, and something where nothing is", async () => {
  await put("read", { text: kb(6) });
  const get = (pk: string, ConsistentRead: boolean) =>
    tables.client.send(new GetCommand({ TableName: "test", Key: key(pk), ConsistentRead }));
  const query = (pk: string) =>
    tables.client.send(
      new QueryCommand({
        TableName: "test",
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": pk },
      }),
    );

  await get("read", true);
  expect(used("tableReads")).toBe(2);
  await get("read", false);
  expect(used("tableReads")).toBe(3);
  await get("nobody", false);
  expect(used("tableReads")).toBe(3.5);
  await query("read");
  expect(used("tableReads")).toBe(4.5);
  await query("nobody");
  expect(used("tableReads")).toBe(5);
});

test("what a table keeps counts until it expires, and for a month where it stays", async () => {
  await put("short", { expiresAt: Math.floor(Date.now() / 1000) + 2 * 86_400 });
  const short = used("tableByteDays");
  await put("stays");
  const stays = used("tableByteDays") - short;

  expect(short / stays).toBeGreaterThan((2 / 30) * 0.9);
  expect(short / stays).toBeLessThan((2 / 30) * 2.5);
});

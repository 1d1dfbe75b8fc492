import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, BatchWriteCommand, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { Invalid, Unavailable } from "../../shared/platform/errors.ts";
import { newId } from "../../shared/platform/ids.ts";
import { startTestTable, type TestTable } from "../support/table.ts";

let clock = Date.parse("2026-11-20T10:00:00Z");
let db: TestTable;
let tenant: string;
beforeAll(async () => {
  db = await startTestTable(() => clock);
});
beforeEach(() => {
  tenant = newId("tenant");
});
afterAll(() => db.stop());

const key = { pk: "RULES", sk: "rul_1" };

describe("guards", () => {
  test("of two writers who both see nothing, one is told that it lost", async () => {
    const outcomes = await Promise.all([
      db.table.put(tenant, { ...key, by: 1 }, { absent: true }),
      db.table.put(tenant, { ...key, by: 2 }, { absent: true }),
    ]);

    expect(outcomes.sort()).toEqual(["lost", "saved"]);
  });

  test("a writer with an old version changes nothing", async () => {
    await db.table.put(tenant, { ...key, version: 2, name: "new" });

    expect(await db.table.save(tenant, { ...key, version: 2, name: "old" }, [], { version: 1 })).toBe("lost");
    expect(await db.table.remove(tenant, key, { version: 1 })).toBe("lost");

    expect(await db.table.get(tenant, key)).toMatchObject({ version: 2, name: "new" });
  });

  test("with `below`, any order of versions ends at the highest", async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 1 }), async (versions) => {
        const of = newId("tenant");
        for (const version of versions) await db.table.save(of, { ...key, version }, [], { below: version });

        expect(await db.table.get(of, key)).toMatchObject({ version: Math.max(...versions) });
      }),
      { numRuns: 15 },
    );
  });

  test("save changes what it names, removes what is undefined, and leaves the rest", async () => {
    await db.table.put(tenant, { ...key, name: "a", note: "b", keep: "c" });

    await db.table.save(tenant, { ...key, name: "z", note: undefined });

    expect(await db.table.get(tenant, key)).toEqual({ ...key, name: "z", keep: "c" });
  });

  test("counters that many share lose nothing", async () => {
    await Promise.all(
      Array.from({ length: 20 }, () => db.table.add(tenant, key, { seen: 1, points: 5 }, { at: "now" })),
    );

    expect(await db.table.get(tenant, key)).toEqual({ ...key, seen: 20, points: 100, at: "now" });
  });
});

describe("S-01: tenants", () => {
  test("the same key in two tenants is two items", async () => {
    const other = newId("tenant");
    await db.table.put(tenant, { ...key, gsi1pk: "ALL", gsi1sk: "1", of: "me" });
    await db.table.put(other, { ...key, gsi1pk: "ALL", gsi1sk: "1", of: "them" });

    expect(await db.table.get(tenant, key)).toMatchObject({ of: "me", gsi1pk: "ALL" });
    expect(await db.table.getMany(tenant, [key])).toHaveLength(1);
    expect((await db.table.query(tenant, { pk: "RULES" })).items).toMatchObject([{ of: "me" }]);
    expect((await db.table.query(tenant, { pk: "ALL", index: "gsi1" })).items).toMatchObject([{ of: "me" }]);
    await db.table.remove(tenant, key);
    expect(await db.table.get(other, key)).toMatchObject({ of: "them" });
  });
});

describe("lists", () => {
  const rows = (count: number, of = tenant) =>
    db.table.putMany(
      of,
      Array.from({ length: count }, (_, i) => ({
        pk: "LIST",
        sk: String(i).padStart(3, "0"),
        gsi1pk: "BY",
        gsi1sk: String(count - i).padStart(3, "0"),
      })),
    );
  const skOf = (page: { items: { sk: string }[] }) => page.items.map((item) => item.sk);

  test("pages join to the whole, in order, either way and over the index", async () => {
    await rows(60);
    for (const input of [
      { pk: "LIST" },
      { pk: "LIST", newestFirst: true },
      { pk: "BY", index: "gsi1" as const },
    ]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await db.table.query(tenant, { ...input, limit: 7, cursor });
        seen.push(...skOf(page));
        cursor = page.cursor;
      } while (cursor);

      expect(seen).toHaveLength(60);
      expect(new Set(seen).size).toBe(60);
    }
    expect(await db.table.count(tenant, "LIST")).toBe(60);
  });

  test.each([
    [{ from: "002", to: "004" }, ["002", "003", "004"]],
    [{ from: "008" }, ["008", "009"]],
    [{ to: "001" }, ["000", "001"]],
    [{ prefix: "00", limit: 2 }, ["000", "001"]],
    [{ from: "005", to: "003" }, []],
  ])("the range %j holds %j", async (range, expected) => {
    await rows(10);

    expect(skOf(await db.table.query(tenant, { pk: "LIST", ...range }))).toEqual(expected);
  });

  test("S-02: another tenant's cursor, another list's, or a made-up one is Invalid", async () => {
    const other = newId("tenant");
    await rows(5);
    await rows(5, other);
    const cursorOf = async (of: string, input: object = {}) =>
      (await db.table.query(of, { pk: "LIST", limit: 2, ...input })).cursor ?? "";
    const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const own = `TENANT#${tenant}#`;

    for (const cursor of [
      await cursorOf(other),
      await cursorOf(tenant, { pk: "BY", index: "gsi1" }),
      "nonsense",
      forged(null),
      forged([]),
      forged({ pk: `${own}LIST` }),
      forged({ pk: `${own}LIST`, sk: 1 }),
      forged({ pk: `${own}LIST`, sk: "001", extra: "x" }),
      forged({ pk: `${own}OTHER`, sk: "001" }),
    ]) {
      await expect(db.table.query(tenant, { pk: "LIST", cursor })).rejects.toBeInstanceOf(Invalid);
    }
  });

  test("a cursor outside the range that is asked for is Invalid, not a failure of ours", async () => {
    await rows(9);
    const { cursor } = await db.table.query(tenant, { pk: "LIST", limit: 2 });

    await expect(db.table.query(tenant, { pk: "LIST", prefix: "zzz", cursor })).rejects.toBeInstanceOf(
      Invalid,
    );
  });

  test("arbitrary text as a cursor never fails but as Invalid", async () => {
    await rows(1);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json().map((text) => Buffer.from(text).toString("base64url")),
        ),
        async (cursor) => {
          fc.pre(cursor !== "");
          await expect(db.table.query(tenant, { pk: "LIST", cursor })).rejects.toBeInstanceOf(Invalid);
        },
      ),
    );
  });
});

describe("rows past their time", () => {
  test("are not there, though the database still holds them", async () => {
    const expiresAt = clock / 1000 + 60;
    await db.table.put(tenant, { ...key, expiresAt, gsi1pk: "ALL", gsi1sk: "1" });
    expect(await db.table.get(tenant, key)).toBeDefined();

    clock += 60_000;

    expect(await db.table.get(tenant, key)).toBeUndefined();
    expect(await db.table.getMany(tenant, [key])).toEqual([]);
    expect((await db.table.query(tenant, { pk: "RULES" })).items).toEqual([]);
    expect(await db.table.count(tenant, "RULES")).toBe(0);
    expect((await db.table.query(tenant, { pk: "ALL", index: "gsi1" })).items).toEqual([]);
  });
});

describe("F7: batches", () => {
  test("of any size are written and read whole, a key asked for twice coming once", async () => {
    const items = Array.from({ length: 230 }, (_, i) => ({ pk: "P", sk: `${i}`, text: "x".repeat(10) }));
    await db.table.putMany(tenant, items);

    const found = await db.table.getMany(tenant, [...items, ...items, { pk: "P", sk: "none" }]);

    expect(found).toHaveLength(230);
  });

  test("what a throttled table leaves over is asked for again, until all is done", async () => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: "us-east-1" }));
    const mock = mockClient(client);
    const row = { pk: `TENANT#${tenant}#P`, sk: "1" };
    mock
      .on(BatchWriteCommand)
      .resolvesOnce({ UnprocessedItems: { t: [{ PutRequest: { Item: row } }] } })
      .resolves({});
    mock
      .on(BatchGetCommand)
      .resolvesOnce({ UnprocessedKeys: { t: { Keys: [row] } } })
      .resolves({ Responses: { t: [row] } });
    const table = new TenantTable(client, "t");

    await table.putMany(tenant, [{ pk: "P", sk: "1" }]);

    expect(await table.getMany(tenant, [{ pk: "P", sk: "1" }])).toEqual([{ pk: "P", sk: "1" }]);
    expect(mock.commandCalls(BatchWriteCommand)).toHaveLength(2);
    expect(mock.commandCalls(BatchGetCommand)).toHaveLength(2);
  });

  test("a table that throttles on and on makes the work unavailable, never half done in silence", async () => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: "us-east-1" }));
    const row = { pk: "P", sk: "1" };
    mockClient(client)
      .on(BatchWriteCommand)
      .resolves({ UnprocessedItems: { t: [{ PutRequest: { Item: row } }] } });

    const shortestWaits = jest.spyOn(Math, "random").mockReturnValue(0);

    await expect(new TenantTable(client, "t").putMany(tenant, [row])).rejects.toBeInstanceOf(Unavailable);
    shortestWaits.mockRestore();
  });
});

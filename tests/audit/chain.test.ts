import { DeleteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { chained } from "../../shared/audit/chain.ts";
import {
  type Act,
  appendActs,
  canonicalJson,
  makeChainStore,
  verifyChain,
} from "../../shared/audit/index.ts";
import type { AuditEntry } from "../../shared/audit/schemas.ts";
import { newId } from "../../shared/platform/ids.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { anAct, noonMs } from "./builders.ts";

let db: TestTable;
beforeAll(async () => {
  db = await startTestTable(() => noonMs);
});
afterAll(() => db.stop());

const chainOf = () => makeChainStore(db.table);
const append = (tenantId: string, acts: readonly Act[]) => appendActs(tenantId, acts, noonMs, chainOf());
const verify = (tenantId: string, witness?: { seq: number; hash: string }) =>
  verifyChain(tenantId, chainOf(), { nowMs: noonMs, witness });
async function entriesOf(tenantId: string): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const entry of chainOf().after(tenantId, 0)) entries.push(entry);
  return entries;
}
async function aChain(length: number) {
  const tenantId = newId("tenant");
  const acts = Array.from({ length }, (_, i) => anAct({ why: `act ${i + 1}` }));
  await append(tenantId, acts);
  return { tenantId, acts };
}
const rowKey = (tenantId: string, seq: number) => ({
  pk: `TENANT#${tenantId}#CHAIN`,
  sk: String(seq).padStart(12, "0"),
});

describe("appending", () => {
  test("acts are numbered from 1 without a gap, each chained to the one before", async () => {
    const { tenantId, acts } = await aChain(5);

    const entries = await entriesOf(tenantId);

    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(entries.map(({ eventId }) => eventId)).toEqual(acts.map(({ eventId }) => eventId));
    expect(entries.slice(1).map(({ prevHash }) => prevHash)).toEqual(
      entries.slice(0, -1).map(({ hash }) => hash),
    );
    expect(await verify(tenantId)).toMatchObject({ entries: 5, firstSeq: 1, faults: [] });
  });

  test("many writers at once, and every act handed in several times, make one whole chain", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 6 }), {
          minLength: 2,
          maxLength: 6,
        }),
        async (batches) => {
          const tenantId = newId("tenant");
          const acts = Array.from({ length: 8 }, () => anAct());

          await Promise.all(
            batches.map((batch) =>
              append(
                tenantId,
                [...new Set(batch)].map((i) => acts[i] ?? anAct()),
              ),
            ),
          );

          const handedIn = new Set(batches.flat().map((i) => acts[i]?.eventId));
          const entries = await entriesOf(tenantId);
          expect(new Set(entries.map(({ eventId }) => eventId))).toEqual(handedIn);
          expect(entries).toHaveLength(handedIn.size);
          expect((await verify(tenantId)).faults).toEqual([]);
        },
      ),
      { numRuns: 6 },
    );
  });

  test("a writer that died before it was done with an act leaves nothing to be appended twice", async () => {
    const tenantId = newId("tenant");
    const [first, second] = [anAct(), anAct()];
    const chain = chainOf();
    await chain.begin(tenantId, first.eventId, 0, noonMs);
    await chain.append(tenantId, await chain.head(tenantId), first, new Date(noonMs).toISOString());

    await append(tenantId, [second, first]);

    expect((await entriesOf(tenantId)).map(({ eventId }) => eventId)).toEqual([
      first.eventId,
      second.eventId,
    ]);
    const found = await chain.page(
      tenantId,
      { order: { by: "actor", actor: "person:per_ada" }, from: undefined, to: undefined },
      10,
    );
    expect(found.items.map(({ seq }) => seq)).toEqual([2, 1]);
  });

  test("S-05: one tenant's acts are in no other's chain", async () => {
    const mine = await aChain(2);
    const theirs = await aChain(1);

    expect(await entriesOf(mine.tenantId)).toHaveLength(2);
    expect(await entriesOf(theirs.tenantId)).toHaveLength(1);
  });
});

describe("S-65: whoever touches the chain is told on", () => {
  const edit = async (tenantId: string, seq: number, change: (body: string) => string) => {
    const entry = (await entriesOf(tenantId)).find((one) => one.seq === seq);
    await db.client.send(
      new UpdateCommand({
        TableName: "test",
        Key: rowKey(tenantId, seq),
        UpdateExpression: "SET body = :body",
        ExpressionAttributeValues: { ":body": change(JSON.stringify(entry)) },
      }),
    );
  };
  const remove = (tenantId: string, seq: number) =>
    db.client.send(new DeleteCommand({ TableName: "test", Key: rowKey(tenantId, seq) }));

  test("one edited field", async () => {
    const { tenantId } = await aChain(4);

    await edit(tenantId, 2, (body) => body.replace("per_ada", "per_bob"));

    expect((await verify(tenantId)).faults).toEqual([{ kind: "edited", seq: 2 }]);
  });

  test("any one row, whatever of it was changed, with a hash that fits the change too", async () => {
    const changes: ((entry: AuditEntry) => AuditEntry)[] = [
      (entry) => ({ ...entry, why: "nothing" }),
      (entry) => ({ ...entry, actor: { kind: "person", id: "per_bob" } }),
      (entry) => ({ ...entry, before: { made: "up" } }),
      (entry) => ({ ...entry, after: null }),
      (entry) => ({ ...entry, recordedAt: "2020-01-01T00:00:00.000Z" }),
      (entry) => ({ ...entry, prevHash: "f".repeat(64) }),
    ];
    const rehashed = ({ seq, prevHash, hash: _hash, recordedAt, ...act }: AuditEntry) =>
      chained({ seq: seq - 1, hash: prevHash }, act, recordedAt);
    const { tenantId } = await aChain(4);
    const sound = await entriesOf(tenantId);

    for (const entry of sound) {
      for (const change of changes) {
        for (const forged of [change(entry), rehashed(change(entry))]) {
          await edit(tenantId, entry.seq, () => JSON.stringify(forged));
          expect([forged, (await verify(tenantId)).faults.length > 0]).toEqual([forged, true]);
        }
      }
      await edit(tenantId, entry.seq, () => JSON.stringify(entry));
    }
    expect((await verify(tenantId)).faults).toEqual([]);
  });

  test.each([
    ["the first", [1], [{ kind: "removed", fromSeq: 1, toSeq: 1 }]],
    ["one of the middle", [3], [{ kind: "removed", fromSeq: 3, toSeq: 3 }]],
    ["several", [2, 3], [{ kind: "removed", fromSeq: 2, toSeq: 3 }]],
    ["the last", [5], [{ kind: "removed", fromSeq: 5, toSeq: 5 }]],
    ["all", [1, 2, 3, 4, 5], [{ kind: "removed", fromSeq: 1, toSeq: 5 }]],
  ])("%s removed", async (_which, seqs, faults) => {
    const { tenantId } = await aChain(5);

    for (const seq of seqs) await remove(tenantId, seq);

    expect((await verify(tenantId)).faults).toEqual(faults);
  });

  test("two that changed places", async () => {
    const { tenantId } = await aChain(4);
    const [, second, third] = await entriesOf(tenantId);

    await edit(tenantId, 2, () => JSON.stringify({ ...third, seq: 2 }));
    await edit(tenantId, 3, () => JSON.stringify({ ...second, seq: 3 }));

    const { faults } = await verify(tenantId);
    expect(faults.map(({ kind }) => kind)).toContain("edited");
    expect(faults.map(({ kind }) => kind)).toContain("unchained");
  });

  test("an end made anew with right hashes does not fit an end that was noted down elsewhere", async () => {
    const { tenantId, acts } = await aChain(3);
    const { head } = await verify(tenantId);
    const forged = newId("tenant");
    await append(
      forged,
      acts.map((act) => ({ ...act, actor: { kind: "person" as const, id: "per_eve" } })),
    );

    expect((await verify(forged)).faults).toEqual([]);
    expect((await verify(forged, head)).faults).toEqual([{ kind: "edited", seq: 3 }]);
  });
});

test("one value has one canonical spelling, whatever the order of its members", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const shuffled = Object.fromEntries(Object.entries(value).reverse());

      expect(canonicalJson(shuffled)).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(canonicalJson({ b: [1, 1e21, "€"], a: null, "\u20ac": 1, "\r": 2 })).toBe(
    '{"\\r":2,"a":null,"b":[1,1e+21,"€"],"€":1}',
  );
});

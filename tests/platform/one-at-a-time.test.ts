import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { oneAtATime } from "../../shared/platform/aws/one-at-a-time.ts";
import { newId } from "../../shared/platform/ids.ts";
import { startTestTable, type TestTable } from "../support/table.ts";

let db: TestTable;
beforeAll(async () => {
  db = await startTestTable();
});
afterAll(() => db.stop());

test("work of one kind is done one after the other, and a failure gives its turn on", async () => {
  const tenantId = newId("tenant");
  let busy = 0;
  let most = 0;
  const work = (fails: boolean) =>
    oneAtATime(db.table, tenantId, "things", async () => {
      most = Math.max(most, ++busy);
      await db.table.count(tenantId, "THINGS");
      busy--;
      if (fails) throw new Error("no luck");
    });

  const done = await Promise.allSettled([false, true, false, true, false].map(work));

  expect(most).toBe(1);
  expect(done.map(({ status }) => status).sort()).toEqual([
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "rejected",
    "rejected",
  ]);
});

test("another tenant, and work of another kind, do not wait", async () => {
  const [a, b] = [newId("tenant"), newId("tenant")];

  const reached = await oneAtATime(db.table, a, "things", () =>
    Promise.all([
      oneAtATime(db.table, b, "things", async () => "another tenant"),
      oneAtATime(db.table, a, "others", async () => "another kind"),
    ]),
  );

  expect(reached).toEqual(["another tenant", "another kind"]);
});

test("a turn that was taken by a write whose answer was lost is taken", async () => {
  const { table } = db;
  const deaf = {
    put: (...args: Parameters<typeof table.put>) => table.put(...args).then(() => "lost" as const),
    get: (...args: Parameters<typeof table.get>) => table.get(...args),
    remove: (...args: Parameters<typeof table.remove>) => table.remove(...args),
  };

  expect(await oneAtATime(deaf, newId("tenant"), "things", async () => "done")).toBe("done");
});

test("the turn of a dead process is over when its lease has run out", async () => {
  const tenantId = newId("tenant");
  const dead = { pk: "LEASE#things", sk: "LEASE", version: 1, expiresAt: Math.floor(Date.now() / 1000) };
  await db.table.put(tenantId, dead);

  expect(await oneAtATime(db.table, tenantId, "things", async () => "done")).toBe("done");
});

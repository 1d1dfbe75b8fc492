import { mkdtempSync } from "node:fs";
import { cp, open, readdir, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openQueues } from "../../infra/local/queues/queues.ts";
import { recoverQueues } from "../../infra/local/queues/recover.ts";
import { Level } from "../../infra/local/tables/dynalite-parts.ts";
import { recoverTables } from "../../infra/local/tables/recover.ts";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "sentinelops-recover-"));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

async function newest(folder: string, suffix: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(suffix));
  const aged = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), ms: (await stat(join(folder, name))).mtimeMs })),
  );
  return aged.sort((a, b) => b.ms - a.ms)[0]?.path ?? "";
}

async function cut(path: string, bytes: number): Promise<void> {
  await truncate(path, Math.max(0, (await stat(path)).size - bytes));
}

describe("F24 tables after the machine lost power", () => {
  const count = 200;
  const folder = () => join(parent, "tables");

  async function fill(): Promise<void> {
    const store = new Level(folder(), { valueEncoding: "json" });
    await store.open();
    for (let i = 0; i < count; i++) await store.put(`key-${i}`, { i, pad: "x".repeat(100) });
    await store.close();
  }

  async function readable(): Promise<number> {
    const store = new Level(folder(), { valueEncoding: "json" });
    await store.open();
    let found = 0;
    for (let i = 0; i < count; i++) if ((await store.get(`key-${i}`)) !== undefined) found++;
    await store.close();
    return found;
  }

  /** Closing and opening once more moves the log's records into a table file. */
  async function settle(): Promise<void> {
    const store = new Level(folder(), { valueEncoding: "json" });
    await store.open();
    await store.close();
  }

  test.each([1, 7, 33, 64])("a log short of its last %i bytes costs its last record alone", async (bytes) => {
    await fill();
    await cut(await newest(folder(), ".log"), bytes);

    expect(await recoverTables(folder(), "now")).toEqual([]);

    expect(await readable()).toBe(count - 1);
  });

  test.each([1, 64])(
    "a table file short of its last %i bytes is found and told, and the store opens",
    async (bytes) => {
      await fill();
      await settle();
      await cut(await newest(folder(), ".ldb"), bytes);

      const [note = ""] = await recoverTables(folder(), "now");

      expect(note).toMatch(/were damaged \(torn: \d+\.ldb\)/);
      await expect(readable()).resolves.toBeGreaterThanOrEqual(0);
    },
  );

  test("a store without its index is salvaged", async () => {
    await fill();
    await settle();
    await rm(join(folder(), "CURRENT"));

    const notes = await recoverTables(folder(), "now");

    expect(await readable()).toBe(count);
    expect(notes).toEqual([expect.stringContaining("what could be read was kept")]);
  });

  test("nothing is said of a store that is well, or not there yet", async () => {
    expect(await recoverTables(folder(), "now")).toEqual([]);
    await fill();
    expect(await recoverTables(folder(), "now")).toEqual([]);
    expect(await readable()).toBe(count);
  });
});

describe("F24 queues after the machine lost power", () => {
  const queue = "tests-recover";
  const folder = () => join(parent, "queues");
  const openThem = async () => {
    const queues = await openQueues(folder(), "http://127.0.0.1:1", () => undefined);
    queues.ensureQueue({ name: queue, visibilityTimeoutS: 60, maxReceiveCount: 5 });
    return queues;
  };

  /** As a killed process leaves it: records still in the write-ahead log. */
  async function fill(): Promise<() => Promise<void>> {
    const queues = await openThem();
    for (let i = 0; i < 20; i++) queues.send([{ queue, body: `message ${i}` }]);
    return queues.close;
  }

  test.each([1, 17, 64])("a log short of its last %i bytes costs its last record alone", async (bytes) => {
    const close = await fill();
    const copy = join(parent, "killed");
    await cp(folder(), copy, { recursive: true });
    await close();
    await rm(folder(), { recursive: true });
    await cp(copy, folder(), { recursive: true });
    await cut(join(folder(), "fauxqs.db-wal"), bytes);

    expect(recoverQueues(folder(), "now")).toEqual([]);

    const queues = await openThem();
    expect(queues.depth(queue).ready).toBe(19);
    await queues.close();
  });

  test.each([
    ["cut short", (path: string) => truncate(path, 5000)],
    [
      "overwritten in the middle",
      async (path: string) => {
        const file = await open(path, "r+");
        await file.write(Buffer.alloc(4096, 7), 0, 4096, 4096);
        await file.close();
      },
    ],
    ["no database at all", (path: string) => truncate(path, 17)],
  ])("a file %s is set aside, told, and the queues open empty", async (_how, damage) => {
    const close = await fill();
    await close();
    await damage(join(folder(), "fauxqs.db"));

    const notes = recoverQueues(folder(), "now");

    expect(notes).toEqual([
      expect.stringMatching(/could not be read \(.+\); they were set aside in .+damaged-now/),
    ]);
    const queues = await openThem();
    expect(queues.depth(queue).ready).toBe(0);
    await queues.close();
  });
});

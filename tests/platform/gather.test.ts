import { expect, test } from "@jest/globals";
import { makeGather } from "../../shared/platform/gather.ts";

/** Works that end when they are told to. */
function stage() {
  const works: { key: string; items: readonly number[]; end(error?: Error): void }[] = [];
  const gather = makeGather<number>(
    (key, items) =>
      new Promise((resolve, reject) => {
        works.push({ key, items, end: (error) => (error ? reject(error) : resolve()) });
      }),
  );
  return { works, gather };
}

test("what comes while a work is under way is worked off together after it", async () => {
  const { works, gather } = stage();

  const first = gather("a", [1]);
  const second = gather("a", [2, 3]);
  const third = gather("a", [4]);
  works[0]?.end();
  await first;
  works[1]?.end();
  await Promise.all([second, third]);

  expect(works.map(({ items }) => items)).toEqual([[1], [2, 3, 4]]);
});

test("a work that fails fails those in it and nobody after it", async () => {
  const { works, gather } = stage();

  const first = gather("a", [1]);
  const second = gather("a", [2]);
  works[0]?.end(new Error("no"));
  await expect(first).rejects.toThrow("no");
  works[1]?.end();

  await expect(second).resolves.toBeUndefined();
});

test("another key does not wait", async () => {
  const { works, gather } = stage();

  void gather("a", [1]);
  const other = gather("b", [2]);
  works[1]?.end();

  await expect(other).resolves.toBeUndefined();
});

test("once all is worked off the next starts at once", async () => {
  const { works, gather } = stage();

  for (const item of [1, 2]) {
    const mine = gather("a", [item]);
    works.at(-1)?.end();
    await mine;
  }

  expect(works.map(({ items }) => items)).toEqual([[1], [2]]);
});

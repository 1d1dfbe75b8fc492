import { expect, test } from "@jest/globals";
import { fillPage } from "../../shared/platform/fill-page.ts";

/** Numbers from 0 on, a part at a time; the cursor is the next of them. */
function numbers(count: number) {
  let reads = 0;
  const read = async ({ limit, cursor }: { limit: number; cursor: string | undefined }) => {
    reads++;
    const from = Number(cursor ?? 0);
    const items = Array.from({ length: Math.min(limit, count - from) }, (_, i) => from + i);
    const next = from + items.length;
    return { items, cursor: next < count ? String(next) : undefined };
  };
  return { read, reads: () => reads };
}
const isTenth = (n: number) => n % 10 === 0;

test("page after page holds everything that fits, once and in order", async () => {
  const { read } = numbers(100);
  const found: number[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await fillPage({ limit: 3, cursor: cursor ?? undefined }, read, isTenth);
    expect(page.items.length).toBeLessThanOrEqual(3);
    found.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== null);

  expect(found).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
});

test("where little fits, a page stops short after a bounded number of reads, with a way on", async () => {
  const { read, reads } = numbers(10_000);

  const { items, cursor } = await fillPage({ limit: 5 }, read, () => false);

  expect(items).toEqual([]);
  expect(cursor).not.toBeNull();
  expect(reads()).toBe(10);
});

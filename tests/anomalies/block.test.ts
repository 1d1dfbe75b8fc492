import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Block, type BlockChange } from "../../shared/anomalies/block.ts";
import { packBase, packSince, unpackBlock } from "../../shared/anomalies/block-codec.ts";
import { emptyBlock } from "../../shared/anomalies/block-state.ts";
import type { Sample, WatchedSeries } from "../../shared/anomalies/sample.ts";
import { noiseAt } from "./builders.ts";

const minuteMs = 60_000;
const startMs = Date.UTC(2026, 4, 4);
const series = (id: string, metric = id): WatchedSeries => ({
  id,
  metric,
  labels: { "service.name": "checkout" },
  unit: null,
  signal: "value",
  form: "direct",
});
const sample = (minute: number, far = 0): Sample => ({
  timeMs: startMs + minute * minuteMs,
  value: 100 + noiseAt(minute) + far,
  count: 0,
});
/** Far off from minute 200 on, for ten minutes. */
const story = (count: number) =>
  Array.from({ length: count }, (_, minute) => sample(minute, minute >= 200 && minute < 210 ? 60 : 0));

function fresh(): Block {
  const block = new Block(emptyBlock("metric", null));
  block.add(series("a"));
  return block;
}
const reload = (block: Block) => {
  const members = block.state.members.length;
  const base = packBase(block.state);
  return new Block(
    unpackBlock(base, packSince(block.state, members), emptyBlock(block.state.kind, block.state.service)),
  );
};
const told = (changes: readonly BlockChange[]) =>
  changes
    .filter(({ kind }) => kind !== "suppressed")
    .map(({ kind, sinceMs, level, score }) => [kind, sinceMs, level, score]);

describe("what a block says", () => {
  const samples = story(260);
  const inOneGo = fresh();
  inOneGo.put(0, samples);
  const expected = told(inOneGo.advance());

  test("is there at all", () => {
    expect(expected.map(([kind]) => kind)).toEqual(["opened", "ended"]);
  });

  test("is the same however the samples are cut, saved, loaded and repeated", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 8, maxLength: 40 }),
        fc.boolean(),
        (cuts, twice) => {
          let block = fresh();
          const said: BlockChange[] = [];
          let at = 0;
          for (const size of [...cuts, samples.length]) {
            const part = samples.slice(at, at + size);
            at += size;
            block.put(0, part);
            if (twice) expect(block.put(0, part)).toBe(false);
            said.push(...block.advance());
            if (block.dueToSettle) block.settle();
            block = reload(block);
          }
          expect(told(said)).toEqual(expected);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("is the same in the end for samples that come up to five minutes late", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 50, maxLength: 50 }), (delays) => {
        const late = samples
          .map((one, i) => ({ one, due: i + (delays[i % delays.length] ?? 0) }))
          .sort((a, b) => a.due - b.due);
        const block = fresh();
        const standing = new Map<number, BlockChange>();
        for (const { one } of late) {
          block.put(0, [one]);
          for (const change of block.advance()) {
            if (change.kind === "withdrawn") standing.delete(change.sinceMs);
            else standing.set(change.sinceMs, change);
          }
          if (block.dueToSettle) block.settle();
        }
        const last = [...standing.values()].filter(({ kind }) => kind !== "suppressed");
        expect(last.map(({ kind, sinceMs }) => [kind, sinceMs])).toEqual([["ended", expected[0]?.[1]]]);
      }),
      { numRuns: 15 },
    );
  });

  test("of two points of a minute the earlier counts, in whatever order they come", () => {
    const [early, later] = [sample(1), { ...sample(1, 50), timeMs: startMs + minuteMs + 15_000 }];

    const one = fresh();
    one.put(0, [early]);
    expect(one.put(0, [later])).toBe(false);
    const other = fresh();
    other.put(0, [later]);
    expect(other.put(0, [early])).toBe(true);

    expect([...(other.state.samples[0]?.values() ?? [])]).toEqual([early]);
  });
});

test("a dismissal raises the threshold of that series from the next sample on, once for each anomaly", () => {
  const block = fresh();
  block.put(0, story(205));
  block.advance();

  block.dismiss(0, "ano_1");
  block.dismiss(0, "ano_1");

  expect(block.state.dismissals).toHaveLength(1);
  block.put(0, [sample(205)]);
  expect(() => block.advance()).not.toThrow();
  expect(told(reload(block).advance())).toEqual([]);
});

test("a full block takes no more series, and those gone for a week make room", () => {
  const block = new Block(emptyBlock("metric", null));
  for (let i = 0; block.open; i++) block.put(block.add(series(`s${i}`)), story(30));
  block.advance();
  block.settle();
  const full = block.state.members.length;

  const newest = startMs / minuteMs + 8 * 1_440;
  block.put(
    0,
    Array.from({ length: 30 }, (_, i) => ({ timeMs: (newest + i) * minuteMs, value: i, count: 0 })),
  );
  block.advance();
  block.settle();

  expect(full).toBe(64);
  expect(block.state.members.map(({ id }) => id)).toEqual(["s0"]);
  expect(block.open).toBe(true);
});

test("stored state keeps to its size: a kilobyte for a series, four with a day's rhythm", () => {
  const block = fresh();
  block.put(
    0,
    Array.from({ length: 3_000 }, (_, minute) => sample(minute)),
  );
  block.advance();
  block.settle();

  expect(block.state.bases[0]?.byteLength).toBeLessThanOrEqual(4_096);
  const short = fresh();
  short.put(0, story(60));
  short.advance();
  short.settle();
  expect(short.state.bases[0]?.byteLength).toBeLessThanOrEqual(4_096);
  expect(packBase(short.state).byteLength).toBeLessThanOrEqual(1_024);
});

import { describe, expect, test } from "@jest/globals";
import { driftOf } from "../../shared/anomalies/drift.ts";
import { type Columns, gateOf, ownHistoryCorpus } from "../../shared/anomalies/gate.ts";
import { Random } from "../../shared/anomalies/synthetic-faults.ts";

const minuteMs = 60_000;
const random = new Random("gate-test");
const history = (count: number, of: (t: number) => number | null): Columns => ({
  timesMs: Array.from({ length: count }, (_, t) => Date.UTC(2026, 4, 4) + t * minuteMs),
  metrics: [Array.from({ length: count }, (_, t) => of(t))],
});

describe("faults put into own history", () => {
  test("are found in plain noise", () => {
    const corpus = ownHistoryCorpus([history(2_880, () => 100 + random.normal())], "seed");

    expect(corpus.faults).toBeGreaterThanOrEqual(12);
    expect(corpus.f1).toBeGreaterThan(0.8);
  });

  test("are the same for the same seed", () => {
    const own = history(1_440, () => 100 + random.normal());

    expect(ownHistoryCorpus([own], "seed")).toEqual(ownHistoryCorpus([own], "seed"));
  });

  test.each([
    ["too short", history(300, () => random.normal())],
    ["without a scale", history(2_000, () => 5)],
    ["empty", history(0, () => 1)],
    ["mostly missing", history(2_000, (t) => (t % 50 === 0 ? random.normal() : null))],
  ])("a history that is %s takes none, and the gate stays shut for want of them", (_what, own) => {
    const corpus = ownHistoryCorpus([own], "seed");

    expect(corpus.faults).toBe(0);
    expect(gateOf("value/time/none", [corpus], "2026-05-04T00:00:00.000Z")).toMatchObject({
      passed: false,
      reason: expect.stringContaining("Too little history"),
    });
  });
});

describe("the gate", () => {
  const corpus = (f1: number) => ({
    corpus: "synthetic" as const,
    seed: "s",
    seriesCount: 10,
    faults: 40,
    found: 30,
    falseAlarms: 2,
    f1,
  });

  test.each([
    [[0.85, 0.9], true],
    [[0.9, 0.849], false],
    [[0.2, 0.9], false],
  ])("of F1 %j opens: %s", (f1s, passed) => {
    expect(gateOf("c", f1s.map(corpus), "2026-05-04T00:00:00.000Z").passed).toBe(passed);
  });
});

describe("drift", () => {
  const at = "2026-05-04T00:00:00.000Z";
  const scores = (scale: number) => Array.from({ length: 5_000 }, () => Math.abs(scale * random.normal()));

  test("is none against oneself and steady against one's like", () => {
    const accepted = driftOf(scores(1), undefined, at);

    expect(accepted.index).toBe(0);
    expect(driftOf(scores(1), accepted.today, at).verdict).toBe("steady");
  });

  test("is told when scores mean something else than they did", () => {
    const accepted = driftOf(scores(1), undefined, at);

    expect(driftOf(scores(3), accepted.today, at).verdict).toBe("drifted");
  });

  test("is not told from too few", () => {
    expect(driftOf([1, 2, 3], undefined, at).verdict).toBe("too-few-scores");
  });
});

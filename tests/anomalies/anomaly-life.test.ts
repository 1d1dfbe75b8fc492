import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  type Life,
  live,
  loadLife,
  type Seen,
  type Step,
  saveLife,
  unborn,
} from "../../shared/anomalies/anomaly-life.ts";

const minuteMs = 60_000;
const startMs = Date.UTC(2026, 4, 4);
const seen = (minute: number, over: Partial<Seen> = {}): Seen => ({
  timeMs: startMs + minute * minuteMs,
  value: 100,
  score: 0,
  alarm: undefined,
  low: 90,
  high: 110,
  raised: 1,
  intervalMs: minuteMs,
  ...over,
});
const loud = (minute: number, over: Partial<Seen> = {}) =>
  seen(minute, { score: 6, alarm: "low", value: 150, ...over });

function run(moments: readonly Seen[]): { life: Life; steps: Step[] } {
  const life = unborn();
  return { life, steps: moments.flatMap((moment) => live(life, moment)) };
}
const quiet = (from: number, to: number, over: Partial<Seen> = {}) =>
  Array.from({ length: to - from }, (_, i) => seen(from + i, over));

describe("an anomaly", () => {
  test("begins with the detector's alarm and ends after ten quiet minutes inside the band it left", () => {
    const { steps } = run([seen(0), loud(1), ...quiet(2, 30)]);

    expect(steps).toMatchObject([
      { kind: "opened", sinceMs: startMs + minuteMs, level: "low" },
      { kind: "ended", sinceMs: startMs + minuteMs, outcome: "calm" },
    ]);
  });

  test("goes on while the value stays away, until an hour of quiet has made that ordinary", () => {
    const away = { value: 150 };

    expect(run([loud(1), ...quiet(2, 60, away)]).steps).toHaveLength(1);
    expect(run([loud(1), ...quiet(2, 70, away)]).steps.at(-1)).toMatchObject({ outcome: "adapted" });
  });

  test("that becomes graver is told again, and one that becomes milder is not", () => {
    const { steps } = run([
      loud(1, { alarm: "high", score: 3.5 }),
      loud(2, { alarm: "low" }),
      loud(3, { alarm: "medium" }),
    ]);

    expect(steps.map(({ kind, level }) => [kind, level])).toEqual([
      ["opened", "high"],
      ["grew", "low"],
    ]);
  });

  test("flickering around its threshold is one anomaly", () => {
    const flicker = Array.from({ length: 60 }, (_, i) =>
      i % 3 === 0 ? loud(i, { alarm: i === 0 ? "low" : undefined }) : seen(i),
    );

    expect(run(flicker).steps.map(({ kind }) => kind)).toEqual(["opened"]);
  });

  test("of a series that was silent for over an hour ended with the silence", () => {
    const { steps } = run([loud(1), seen(90)]);

    expect(steps.at(-1)).toMatchObject({ kind: "ended", outcome: "silent" });
  });

  test("that feedback or the event before kept from being told leaves a trace, once in six hours", () => {
    const held = { alarm: undefined, score: 4.5 };
    const { steps } = run([
      loud(1),
      ...quiet(2, 20),
      ...Array.from({ length: 100 }, (_, i) => seen(30 + i, held)),
    ]);

    expect(steps.slice(2).map(({ kind, sinceMs }) => [kind, sinceMs])).toEqual([
      ["suppressed", startMs + minuteMs],
    ]);
  });
});

test("saving and loading between any two moments changes nothing", () => {
  const moment = fc
    .tuple(
      fc.integer({ min: 1, max: 90 }),
      fc.constantFrom(0, 3.5, 4.2, 6, 40),
      fc.constantFrom(undefined, "low" as const, "medium" as const, "high" as const),
      fc.constantFrom(100, 150, null),
    )
    .map(([step, score, alarm, value]) => ({ step, over: { score, alarm, value } }));
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 60 }), (moments) => {
      const kept = unborn();
      let reloaded = unborn();
      let minute = 0;
      for (const { step, over } of moments) {
        minute += step;
        const expected = live(kept, seen(minute, over));
        expect(live(reloaded, seen(minute, over))).toEqual(expected);
        reloaded = loadLife(saveLife(reloaded));
      }
    }),
  );
});

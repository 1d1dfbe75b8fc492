import { describe, expect, test } from "@jest/globals";
import { samplesOf, shownValue } from "../../shared/anomalies/sample.ts";
import { makeSeriesId, PointBatchBuilder, pointFlags, type Series } from "../../shared/metrics/index.ts";

const startMs = Date.UTC(2026, 4, 4);
const minuteMs = 60_000;

type Kind = Partial<Omit<Series, "seriesId">>;
function aSeries(over: Kind): Series {
  const series = {
    name: "m",
    type: "gauge" as const,
    unit: null,
    temporality: null,
    monotonic: false,
    labels: {},
    ...over,
  };
  return { ...series, seriesId: makeSeriesId(series) };
}

/** What the detector is shown of points [ms after the start, value]. */
function shown(over: Kind, points: readonly (readonly [number, number])[], startedMs = 0): (number | null)[] {
  const builder = new PointBatchBuilder();
  for (const [afterMs, value] of points) builder.add(aSeries(over), startMs + afterMs, startedMs, value);
  const [{ series, samples } = { series: { form: "direct" as const }, samples: [] }] = samplesOf(
    builder.build(),
  );
  return samples.map((sample, i) => shownValue(series, samples[i - 1], sample));
}

const counter = { type: "sum", temporality: "cumulative", monotonic: true } as const;

describe("what of a series is watched", () => {
  test("a gauge: the first value of each minute", () => {
    expect(
      shown({}, [
        [0, 5],
        [15_000, 6],
        [minuteMs + 100, 7],
        [minuteMs + 20_000, 8],
      ]),
    ).toEqual([5, 7]);
  });

  test("a counter: what it gains a second, from sample to sample, and after a restart what it has", () => {
    expect(
      shown(counter, [
        [0, 100],
        [minuteMs, 160],
        [2 * minuteMs, 30],
      ]),
    ).toEqual([null, 1, 0.5]);
  });

  test("a counter after a silence of more than ten minutes: nothing, for the gain is not of that moment", () => {
    expect(
      shown(counter, [
        [0, 100],
        [20 * minuteMs, 1_000],
      ]),
    ).toEqual([null, null]);
  });

  test("an up-and-down counter: its value", () => {
    expect(
      shown({ ...counter, monotonic: false }, [
        [0, 3],
        [minuteMs, 2],
      ]),
    ).toEqual([3, 2]);
  });

  test("deltas: what they cover, a second", () => {
    const delta = { type: "sum", temporality: "delta", monotonic: true } as const;

    expect(shown(delta, [[30_000, 60]], startMs)).toEqual([2]);
  });

  test.each([
    ["no number", Number.NaN],
    ["infinite", Number.POSITIVE_INFINITY],
  ])("a point that is %s is no sample", (_what, value) => {
    expect(
      shown({}, [
        [0, value],
        [minuteMs, 1],
      ]),
    ).toEqual([1]);
  });

  test("a point whose time was not believed is no sample", () => {
    const builder = new PointBatchBuilder();
    builder.add(aSeries({}), startMs, 0, 1);
    const batch = builder.build();

    expect(samplesOf({ ...batch, flags: Uint8Array.of(pointFlags.timeClamped) })).toEqual([]);
  });
});

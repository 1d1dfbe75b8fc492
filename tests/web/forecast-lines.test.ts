import { describe, expect, test } from "@jest/globals";
import {
  type ForecastGroup,
  forecastLines,
  mostPressing,
} from "../../web/src/features/metrics/forecast-lines.ts";

const never = { earliestAt: null, probablyAt: null };

function aGroup(over: Partial<ForecastGroup> = {}): ForecastGroup {
  return {
    labels: {},
    method: "trend",
    periodsMs: [],
    history: { timesMs: [10, 20, 30], values: [1, 2, 3] },
    timesMs: [40, 50],
    values: [4, 5],
    low: [3, 3],
    high: [5, 7],
    reachesLimit: never,
    refused: null,
    ...over,
  };
}

describe("the drawing of a forecast", () => {
  test("goes on from the last known value, and its band opens there", () => {
    const { timesMs, series, band } = forecastLines(aGroup(), 10);

    expect(timesMs).toEqual([10, 20, 30, 40, 50]);
    expect(series.map(({ values }) => values)).toEqual([
      [1, 2, 3, null, null],
      [null, null, 3, 4, 5],
    ]);
    expect(series[1]?.continues).toBe(true);
    expect(band).toEqual({ timesMs: [30, 40, 50], low: [3, 3, 3], high: [3, 5, 7] });
  });

  test("breaks where the history has a hole", () => {
    const { timesMs, series } = forecastLines(
      aGroup({ history: { timesMs: [10, 40, 50], values: [1, 4, 5] }, timesMs: [60], values: [6] }),
      10,
    );

    expect(timesMs).toEqual([10, 20, 40, 50, 60]);
    expect(series.map(({ values }) => values)).toEqual([
      [1, null, 4, 5, null],
      [null, null, null, 5, 6],
    ]);
  });

  test.each([
    ["refused", aGroup({ timesMs: [], values: [], low: [], high: [], refused: "Too young." }), 3],
    ["without any history", aGroup({ history: { timesMs: [], values: [] } }), 0],
  ])("%s shows the history alone", (_, group, points) => {
    const { timesMs, series, band } = forecastLines(group, 10);

    expect(timesMs).toHaveLength(points);
    expect(series).toHaveLength(1);
    expect(band).toBeUndefined();
  });
});

test("the group to look at first reaches the limit soonest; what probably does comes before what only may", () => {
  const at = (day: number) => `2026-01-${String(day).padStart(2, "0")}T00:00:00.000Z`;
  const refused = aGroup({ labels: { is: "refused" }, refused: "Too young." });
  const calm = aGroup({ labels: { is: "calm" } });
  const maybe = aGroup({ labels: { is: "maybe" }, reachesLimit: { earliestAt: at(1), probablyAt: null } });
  const late = aGroup({ labels: { is: "late" }, reachesLimit: { earliestAt: at(2), probablyAt: at(9) } });
  const soon = aGroup({ labels: { is: "soon" }, reachesLimit: { earliestAt: at(3), probablyAt: at(4) } });

  expect(mostPressing([refused, calm, maybe, late, soon])).toBe(soon);
  expect(mostPressing([refused, calm, maybe, late])).toBe(late);
  expect(mostPressing([refused, calm, maybe])).toBe(maybe);
  expect(mostPressing([refused, calm])).toBe(calm);
  expect(mostPressing([])).toBeUndefined();
});

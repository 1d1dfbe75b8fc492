import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { judgeSeries } from "../../infra/detect/judge-series.ts";
import { syntheticSeries } from "../../shared/anomalies/synthetic-faults.ts";
import type { LabelledSeries } from "../bench/anomaly/labelled-series.ts";
import { scoreSeries, totalOf } from "../bench/anomaly/score.ts";

const aLabelled = (points: number, windows: [number, number][]): LabelledSeries => ({
  id: "a",
  corpus: "nab",
  kind: "metric",
  timestamps: Array.from({ length: points }, (_, t) => t * 300_000),
  values: new Array(points).fill(0),
  windows,
  intervalPoints: 10,
});
const alarmsAt = (points: number, at: number[]) => Array.from({ length: points }, (_, t) => at.includes(t));

describe("the anomaly benchmark", () => {
  test("the synthetic corpus is the published one", () => {
    const hash = createHash("sha256");
    for (let k = 0; k < 60; k++)
      hash.update(`${JSON.stringify(syntheticSeries("aiops-synthetic-dev-1", k).values)}\n`);

    expect(hash.digest("hex")).toBe("6a64776eb5fc2eb7d05427185037b88a5afbaeb925eec5350a2649d1544b729d");
  });

  test("a burst outside the windows costs one false alert per interval, many hits in one count once", () => {
    const series = aLabelled(200, [[100, 119]]);
    const score = scoreSeries(series, alarmsAt(200, [10, 50, 51, 59, 60, 105, 106]));

    expect(score).toMatchObject({ tp: 1, fp: 2, fn: 0, delays: [5] });
  });

  test("silence scores 0, an alarm at the start of every window nearly 100", () => {
    const series = aLabelled(1000, [
      [300, 399],
      [700, 799],
    ]);

    expect(totalOf([scoreSeries(series, alarmsAt(1000, []))]).nab.standard).toBe(0);
    expect(totalOf([scoreSeries(series, alarmsAt(1000, [300, 700]))]).nab.standard).toBeCloseTo(100, 0);
  });

  test("on faults of a seed nothing was tuned on, most are found and false alerts are rare", () => {
    const total = totalOf(
      Array.from({ length: 12 }, (_, k) => {
        const series = syntheticSeries("never-tuned-on", k);
        return scoreSeries(series, judgeSeries({ ...series, values: series.values as number[] }, 0).alarm);
      }),
    );

    expect(total.eventF1).toBeGreaterThan(0.7);
    expect(total.falsePerWeek).toBeLessThan(0.4);
  });
});

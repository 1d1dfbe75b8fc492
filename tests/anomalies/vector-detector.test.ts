import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { judgeSeries } from "../../infra/detect/judge-series.ts";
import { VectorDetector } from "../../shared/anomalies/index.ts";
import { hostileSeries, noiseAt } from "./builders.ts";

const startMs = Date.UTC(2024, 0, 1);
const width = 8;
const aRow = (t: number) =>
  Array.from({ length: width }, (_, metric) => 50 + 3 * noiseAt(t * 31 + metric * 977));
const judge = (rows: (number | null)[][], detector = new VectorDetector()) =>
  rows.map((row, t) => detector.observe(startMs + t * 300_000, row));

describe("the vector detector", () => {
  test("a fault in two metrics alarms and names them first", () => {
    const rows = Array.from({ length: 1500 }, (_, t) => aRow(t));
    for (let t = 1400; t < 1403; t++) {
      (rows[t] as number[])[2] = 400;
      (rows[t] as number[])[5] = -300;
    }
    const verdicts = judge(rows);

    const first = verdicts.findIndex(({ alarm }, t) => alarm && t > 100);
    expect(first).toBeGreaterThanOrEqual(1400);
    expect(first).toBeLessThan(1403);
    expect(verdicts[first]?.contributors.map(({ metric }) => metric).sort()).toEqual([2, 5]);
  });

  test("restarts at any point change no bit of any answer, whatever comes in", () => {
    fc.assert(
      fc.property(hostileSeries, fc.integer({ min: 1, max: 40 }), ({ timestamps, values }, every) => {
        const rows = values.map((value, t) =>
          t % 17 === 3 ? [] : [value, 7, t % 5 === 0 ? null : noiseAt(t)],
        );
        const input = { id: "a", kind: "vector" as const, timestamps, values: rows };
        const answer = judgeSeries(input, 0);
        expect(judgeSeries(input, every)).toEqual(answer);
        expect(answer.score.every((score) => Number.isFinite(score) && score >= 0)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test("damaged or foreign state is refused", () => {
    const detector = new VectorDetector();
    judge(
      Array.from({ length: 40 }, (_, t) => aRow(t)),
      detector,
    );
    const bytes = detector.save();

    expect(VectorDetector.load(bytes)).toBeDefined();
    for (const length of [0, 10, 30, bytes.length - 1])
      expect(VectorDetector.load(bytes.slice(0, length))).toBeUndefined();
  });
});

import { describe, expect, test } from "@jest/globals";
import { growForest, isolationOf, loadForest, saveForest } from "../../shared/anomalies/index.ts";
import { noiseAt } from "./builders.ts";

const rows = Array.from({ length: 1000 }, (_, t) => [noiseAt(t), noiseAt(7 * t + 3), 5]);

describe("the isolation forest", () => {
  test("what stands apart scores higher than what does not", () => {
    const forest = growForest(rows);

    expect(isolationOf(forest, [9, -9, 5])).toBeGreaterThan(0.6);
    expect(isolationOf(forest, [0, 0, 5])).toBeLessThan(0.5);
  });

  test("the same seed grows the same forest, and storing it changes no score", () => {
    const forest = growForest(rows, { seed: 7 });
    const stored = loadForest(saveForest(growForest(rows, { seed: 7 })));

    expect(stored).toEqual(forest);
    for (const row of [...rows.slice(0, 50), [9, null, 5]])
      expect(stored && isolationOf(stored, row)).toBe(isolationOf(forest, row));
  });

  test("no rows, equal rows and missing values grow a forest that answers", () => {
    for (const given of [[], [[1, 2]], Array.from({ length: 50 }, () => [3, null])]) {
      const score = isolationOf(growForest(given), [1, 2]);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
    }
  });

  test("a damaged forest is refused", () => {
    const bytes = saveForest(growForest(rows, { trees: 2 }));

    expect(loadForest(bytes.slice(0, -1))).toBeUndefined();
    expect(loadForest(new Uint8Array(3))).toBeUndefined();
  });
});

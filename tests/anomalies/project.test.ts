import { describe, expect, test } from "@jest/globals";
import { type History, type Projection, project, reach } from "../../shared/anomalies/project.ts";
import { noiseAt } from "./builders.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const history = (values: (number | null)[], stepMs = hourMs): History => ({ fromMs: 0, stepMs, values });
const hours = (count: number, of: (hour: number) => number | null) =>
  Array.from({ length: count }, (_, i) => of(i));

async function projected(values: (number | null)[], horizonMs: number): Promise<Projection> {
  const found = await project(history(values), horizonMs);
  if (found.kind === "refused") throw new Error(found.reason);
  return found;
}

describe("a projection", () => {
  test("a disk that fills evenly is full when simple arithmetic says so", async () => {
    const values = hours(240, (hour) => 40 + 0.2 * hour + 0.1 * noiseAt(hour));

    const ahead = await projected(values, 10 * dayMs);

    const { probablyMs } = reach(ahead, values.at(-1) ?? 0, 100);
    expect(ahead.method).toBe("trend");
    expect(Math.abs((probablyMs ?? 0) - 300 * hourMs)).toBeLessThan(12 * hourMs);
  });

  test("a day's rhythm goes on, and its peak is not taken for a trend", async () => {
    const values = hours(14 * 24, (hour) => 100 + 30 * Math.sin((2 * Math.PI * hour) / 24) + noiseAt(hour));

    const ahead = await projected(values, 2 * dayMs);

    expect(ahead).toMatchObject({ method: "seasonal", periodsMs: [dayMs] });
    ahead.values.forEach((value, i) => {
      const due = 100 + 30 * Math.sin((2 * Math.PI * (i + values.length)) / 24);
      expect(Math.abs(value - due)).toBeLessThan(8);
    });
    expect(reach(ahead, values.at(-1) ?? 0, 200)).toEqual({ earliestMs: null, probablyMs: null });
  });

  test("the band holds its values, and is reached no later than the line", async () => {
    const values = hours(240, (hour) => 900 - 2 * hour + 20 * noiseAt(hour));

    const ahead = await projected(values, 14 * dayMs);

    ahead.values.forEach((value, i) => {
      expect(ahead.low[i]).toBeLessThanOrEqual(value);
      expect(ahead.high[i]).toBeGreaterThanOrEqual(value);
    });
    const { earliestMs, probablyMs } = reach(ahead, values.at(-1) ?? 0, 0);
    expect(earliestMs).toBeLessThanOrEqual(probablyMs ?? Number.POSITIVE_INFINITY);
  });

  test.each([
    ["nothing", []],
    ["one value", [5]],
    ["mostly gaps", hours(200, (hour) => (hour % 4 === 0 ? hour : null))],
  ])("%s is refused with a sentence that says why", async (_what, values) => {
    const found = await project(history(values), dayMs);

    expect(found).toMatchObject({ kind: "refused", reason: expect.stringMatching(/\.$/) });
  });

  test.each([
    ["a constant", hours(100, () => 5)],
    ["zero", hours(100, () => 0)],
    ["the largest numbers", hours(100, (hour) => 1e300 * (1 + hour))],
    ["the smallest", hours(100, (hour) => 1e-300 * hour)],
    ["with gaps", hours(100, (hour) => (hour % 5 === 0 ? null : hour))],
  ])("%s is projected with finite numbers", async (_what, values) => {
    const found = await project(history(values), dayMs);

    if (found.kind === "projected") {
      for (const value of [...found.values, ...found.low, ...found.high])
        expect(Number.isFinite(value)).toBe(true);
    }
  });
});

import fc from "fast-check";

export interface TestSeries {
  timestamps: number[];
  values: (number | null)[];
}

const startMs = Date.UTC(2024, 0, 1);
const stepMs = 300_000;

/** Noise in [−1, 1] from a position; the same every time. */
export const noiseAt = (t: number) => (((t * 2654435761) % 4096) / 4096) * 2 - 1;

/** A daily wave with noise, five minutes apart; `change` bends values on their way. */
export function aDailySeries(
  points: number,
  change: (value: number, t: number) => number | null = (value) => value,
): TestSeries {
  return {
    timestamps: Array.from({ length: points }, (_, t) => startMs + t * stepMs),
    values: Array.from({ length: points }, (_, t) =>
      change(100 + 20 * Math.sin((2 * Math.PI * t) / 288) + noiseAt(t), t),
    ),
  };
}

const hostileValue = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -1e3, max: 1e3, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 5, -5) },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.constantFrom(null, Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324, Number.NaN) },
);
const hostileStep = fc.oneof(
  { weight: 6, arbitrary: fc.constant(stepMs) },
  { weight: 1, arbitrary: fc.constantFrom(0, -stepMs, 20 * stepMs, 400 * stepMs) },
);

/** Series as bad senders send them: missing and extreme values, repeated and backward times, gaps. */
export const hostileSeries: fc.Arbitrary<TestSeries> = fc
  .array(fc.tuple(hostileStep, hostileValue), { maxLength: 700 })
  .map((points) => {
    let timeMs = startMs;
    return {
      timestamps: points.map(([step]) => (timeMs += step)),
      values: points.map(([, value]) => value),
    };
  });

import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { judgeSeries } from "../../infra/detect/judge-series.ts";
import {
  features,
  loadState,
  MetricDetector,
  saveState,
  type Verdict,
} from "../../shared/anomalies/index.ts";
import { aDailySeries, hostileSeries, noiseAt, type TestSeries } from "./builders.ts";

function watch({ timestamps, values }: TestSeries, detector = new MetricDetector()): Verdict[] {
  return values.map((value, t) => detector.observe(timestamps[t] as number, value));
}
const alarmsOf = (verdicts: Verdict[]) => verdicts.flatMap(({ alarm }, t) => (alarm ? [t] : []));
const fault = 2000;

describe("the metric detector", () => {
  test("a quiet daily rhythm raises no alarm in two weeks", () => {
    const verdicts = watch(aDailySeries(4032));

    expect(alarmsOf(verdicts.slice(604))).toEqual([]);
  });

  test.each<[string, (value: number, t: number) => number]>([
    ["a spike", (value, t) => (t === fault ? value + 12 : value)],
    ["a dip", (value, t) => (t === fault ? value - 12 : value)],
    ["a shifted level", (value, t) => (t >= fault && t < fault + 60 ? value + 6 : value)],
    ["a slow ramp", (value, t) => (t >= fault && t < fault + 60 ? value + (t - fault) / 5 : value)],
    ["a frozen value", (value, t) => (t >= fault && t < fault + 60 ? 107 : value)],
    ["new turbulence", (value, t) => (t >= fault && t < fault + 60 ? value + 8 * noiseAt(3 * t + 1) : value)],
  ])("%s alarms while it lasts, and once", (_, change) => {
    const alarms = alarmsOf(watch(aDailySeries(fault + 200, change))).filter((t) => t > 604);

    expect(alarms.length).toBeGreaterThanOrEqual(1);
    expect(alarms.length).toBeLessThanOrEqual(2);
    expect(alarms[0]).toBeGreaterThanOrEqual(fault);
    expect(alarms[0]).toBeLessThanOrEqual(fault + 72);
  });

  test("a shift that stays costs one alarm, and the new level becomes the expected one", () => {
    const series = aDailySeries(fault + 1500, (value, t) => (t >= fault ? value + 10 : value));
    const verdicts = watch(series);

    expect(alarmsOf(verdicts).filter((t) => t >= fault)).toHaveLength(1);
    expect(Math.abs((verdicts.at(-1)?.expected ?? 0) - (series.values.at(-1) ?? 0))).toBeLessThan(4);
  });

  test("a value that froze once is found frozen again", () => {
    const starts = [fault, fault + 500];
    const frozen = (t: number) => starts.some((from) => t >= from && t < from + 60);
    const verdicts = watch(aDailySeries(fault + 600, (_, t) => (frozen(t) ? 0 : noiseAt(t))));

    for (const from of starts) {
      const alarm = verdicts.findIndex((verdict, t) => verdict.alarm && t >= from);
      expect(alarm).toBeLessThan(from + 60);
      expect(verdicts[alarm]?.feature).toBe("flatline");
    }
  });

  test("a regular series that goes silent alarms once, as missing", () => {
    const series = aDailySeries(fault, (value, t) => (t >= fault - 40 ? null : value));
    const verdicts = watch(series);

    const alarms = alarmsOf(verdicts).filter((t) => t >= fault - 40);
    expect(alarms).toHaveLength(1);
    expect(alarms[0]).toBeLessThan(fault - 30);
    expect(verdicts[alarms[0] ?? 0]?.feature).toBe("missing");
  });

  test("an irregular series may be silent for as long as it has been before", () => {
    const detector = new MetricDetector();
    let timeMs = 0;
    for (let t = 0; t < 1000; t++) {
      timeMs += 300_000 * (t % 40 === 39 ? 30 : t % 7 === 3 ? 4 : 1);
      detector.observe(timeMs, 100 + noiseAt(t));
    }

    for (let missed = 1; missed < 40; missed++)
      expect(detector.missing(timeMs + missed * 300_000).alarm).toBe(false);
  });

  test("a spike right after an alarm is the same event, late in its quiet time a new one", () => {
    const alarmsWith = (later: number) =>
      alarmsOf(
        watch(
          aDailySeries(fault + 120, (value, t) => (t === fault || t === fault + later ? value + 12 : value)),
        ),
      ).filter((t) => t >= fault);

    expect(alarmsWith(5)).toEqual([fault]);
    expect(alarmsWith(95)).toEqual([fault, fault + 95]);
  });

  test("the forecast follows the rhythm, and its band holds quiet points", () => {
    const series = aDailySeries(4032);
    const verdicts = watch(series);

    const last = series.values
      .slice(-288)
      .map((value, i) => ({ value: value ?? 0, seen: verdicts[3744 + i] }));
    for (const { value, seen } of last) {
      expect(Math.abs((seen?.expected ?? 0) - value)).toBeLessThan(5);
      expect(value).toBeGreaterThan(seen?.low ?? 0);
      expect(value).toBeLessThan(seen?.high ?? 0);
    }
  });

  test("an alarm names the feature that spoke", () => {
    const verdicts = watch(aDailySeries(fault + 1, (value, t) => (t === fault ? value + 12 : value)));

    expect(verdicts[fault]?.feature).toBe("up");
    expect(features).toContain(verdicts[fault]?.feature);
  });

  test("a dismissed series needs more for the next alarm", () => {
    const series = aDailySeries(fault);
    const [usual, dismissed] = [new MetricDetector(), new MetricDetector()];
    watch(series, usual);
    watch(series, dismissed);
    for (let i = 0; i < 10; i++) dismissed.dismiss();
    const timeMs = (series.timestamps.at(-1) ?? 0) + 300_000;

    const judged = (bytes: Uint8Array, value: number) =>
      new MetricDetector(loadState(bytes)).observe(timeMs, value);

    const [before, after] = [saveState(usual.state), saveState(dismissed.state)];
    let least = judged(before, 0).expected;
    while (!judged(before, least).alarm) least += 0.02;

    expect(judged(after, least).score).toBe(judged(before, least).score);
    expect(judged(after, least).alarm).toBe(false);
  });

  test("restarts at any point change no bit of any answer", () => {
    fc.assert(
      fc.property(hostileSeries, fc.integer({ min: 1, max: 60 }), (series, every) => {
        const input = { id: "a", kind: "metric" as const, ...series };
        expect(judgeSeries(input, every)).toEqual(judgeSeries(input, 0));
      }),
      { numRuns: 60 },
    );
    const long = { id: "a", kind: "metric" as const, ...aDailySeries(3500) };
    expect(judgeSeries(long, 7)).toEqual(judgeSeries(long, 0));
  });

  test("a restart at any set of points changes nothing of what is said, the expected band included", () => {
    fc.assert(
      fc.property(hostileSeries, fc.array(fc.nat(700), { maxLength: 20 }), ({ timestamps, values }, cuts) => {
        let detector = new MetricDetector();
        const restarted = values.map((value, t) => {
          if (cuts.includes(t)) detector = new MetricDetector(loadState(saveState(detector.state)));
          return detector.observe(timestamps[t] as number, value);
        });
        expect(restarted).toEqual(watch({ timestamps, values }));
      }),
      { numRuns: 40 },
    );
  });

  test("whatever comes in, scores are finite and at least 0, and the expectation is finite", () => {
    fc.assert(
      fc.property(hostileSeries, (series) => {
        for (const { score, expected, low, high } of watch(series)) {
          expect(Number.isFinite(score) && score >= 0).toBe(true);
          expect([expected, low, high].every(Number.isFinite)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("what is said about a point does not depend on what comes after it", () => {
    fc.assert(
      fc.property(hostileSeries, fc.nat(700), ({ timestamps, values }, cut) => {
        const head = { timestamps: timestamps.slice(0, cut), values: values.slice(0, cut) };
        expect(watch(head)).toEqual(watch({ timestamps, values }).slice(0, cut));
      }),
      { numRuns: 30 },
    );
  });

  test("series do not see each other, in whatever order they come", () => {
    fc.assert(
      fc.property(hostileSeries, hostileSeries, (one, other) => {
        const alone = watch(one);
        const [a, b] = [new MetricDetector(), new MetricDetector()];
        const together = one.values.map((value, t) => {
          if (t < other.values.length) b.observe(other.timestamps[t] as number, other.values[t]);
          return a.observe(one.timestamps[t] as number, value);
        });
        expect(together).toEqual(alone);
      }),
      { numRuns: 30 },
    );
  });

  test("state keeps to its size: 2 KB with a daily rhythm, 512 bytes without", () => {
    const [daily, plain] = [new MetricDetector(), new MetricDetector()];
    watch(aDailySeries(4032), daily);
    watch(
      aDailySeries(4032, (_, t) => noiseAt(t)),
      plain,
    );

    expect(saveState(daily.state).byteLength).toBeLessThanOrEqual(2048);
    expect(saveState(plain.state).byteLength).toBeLessThanOrEqual(512);
  });

  test("damaged or foreign state is refused, so that the series starts anew", () => {
    const bytes = saveState(new MetricDetector().state);

    expect(loadState(bytes.slice(0, -1))).toBeUndefined();
    expect(loadState(new Uint8Array(0))).toBeUndefined();
    expect(loadState(bytes.map((byte, i) => (i === 0 ? byte + 1 : byte)))).toBeUndefined();
  });
});

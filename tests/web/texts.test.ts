import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { matchesAll, parseMatchers } from "../../shared/platform/labels/matchers.ts";
import { formatDuration, parseDuration, roughDuration } from "../../web/src/lib/duration.ts";
import { seriesName } from "../../web/src/lib/labels.ts";
import { matchAll, withCondition } from "../../web/src/lib/matchers-text.ts";
import { formatQuantity, unitName } from "../../web/src/lib/quantity.ts";
import { spanOf } from "../../web/src/lib/time-range.ts";

describe("durations", () => {
  test.each([
    ["30s", 30_000],
    ["3m", 180_000],
    ["1h30m", 5_400_000],
    [" 1h 30m ", 5_400_000],
    ["1.5h", 5_400_000],
    ["2D", 172_800_000],
    ["0", 0],
  ])("%s is read", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(["", "soon", "3", "-3m", "3 minutes", "m3", "1h,30m"])("%j is no duration", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test("what is written is read back as it was, to the second", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 * 86_400 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds * 1_000))).toBe(seconds * 1_000);
      }),
    );
  });

  test.each([
    [0, "0 s"],
    [400, "< 1 s"],
    [41_000, "41 s"],
    [8_000_000, "2 h 13 m"],
    [3_605_000, "1 h"],
  ])("%i ms reads as %s", (ms, text) => {
    expect(roughDuration(ms)).toBe(text);
  });
});

describe("quantities", () => {
  test.each([
    [0.375, "1", "37.5 %"],
    [9.85e9, "By", "9.85 GB"],
    [531_000, "By/s", "531 kB/s"],
    [0.0642, "s", "64.2 ms"],
    [1.84, "s", "1.84 s"],
    [12, "{query}", "12 queries"],
    [5, "{error}/s", "5 errors/s"],
    [1_250_000, null, "1.25 M"],
    [-3, "Cel", "−3 °C"],
    [0, "By", "0 B"],
    [null, "By", "–"],
    [Number.POSITIVE_INFINITY, "By", "∞"],
  ])("%p of %p reads as %s", (value, unit, text) => {
    expect(formatQuantity(value, unit)).toBe(text);
  });

  test.each([
    ["1", "ratio"],
    ["By/s", "bytes/s"],
    ["{request}", "requests"],
    [null, ""],
  ])("the unit %p is called %p", (unit, text) => {
    expect(unitName(unit)).toBe(text);
  });
});

describe("matchers made by picking", () => {
  test("select the very labels they were made from, whatever stands in them", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z_][a-z0-9_.]{0,20}$/), fc.string({ unit: "binary" }), {
          maxKeys: 8,
        }),
        (labels) => {
          const built = Object.entries(labels).reduce(
            (text, [name, value]) => withCondition(text, name, value),
            "{}",
          );
          for (const text of [matchAll(labels), built]) {
            expect(matchesAll(parseMatchers(text), labels)).toBe(true);
            for (const name of Object.keys(labels)) {
              expect(matchesAll(parseMatchers(text), { ...labels, [name]: `${labels[name]}x` })).toBe(false);
            }
          }
        },
      ),
    );
  });

  test("a condition that stands there is not added twice", () => {
    expect(withCondition('{host="a"}', "host", "a")).toBe('{host="a"}');
  });
});

describe("series names", () => {
  const web = { host: "web-1", env: "prod" };

  test.each([
    [web, [web, { ...web, host: "web-2" }], "web-1"],
    [web, [web, { host: "web-2", env: "dev" }], "host=web-1, env=prod"],
    [{}, [{}], "all series"],
  ])("%j among %j is %s", (labels, all, name) => {
    expect(seriesName(labels, all)).toBe(name);
  });
});

describe("time ranges", () => {
  const now = 1_800_000_000_000;
  test.each([
    [{ from: "-1h", to: "now" }, now - 3_600_000, now],
    [{ from: "1799990000000", to: "1799993600000" }, 1_799_990_000_000, 1_799_993_600_000],
    [{ from: "2027-01-15T00:00:00Z", to: "now" }, Date.UTC(2027, 0, 15), now],
  ])("%j", (range, fromMs, toMs) => {
    expect(spanOf(range, now)).toEqual({ fromMs, toMs });
  });
});

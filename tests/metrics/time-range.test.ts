import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseTime, parseTimeRange } from "../../shared/metrics/index.ts";
import { AppError } from "../../shared/platform/errors.ts";

const nowMs = Date.UTC(2026, 4, 1, 12);

describe("a moment in a query", () => {
  test.each([
    ["now", 0],
    ["-1h", -3_600_000],
    ["now-15m", -900_000],
    ["now - 15m", -900_000],
    ["-30d", -2_592_000_000],
    ["+10s", 10_000],
    ["-2w", -1_209_600_000],
    ["-250ms", -250],
    [String(nowMs), 0],
    ["2026-05-01T12:00:00Z", 0],
    ["2026-05-01T12:00", 0],
    ["2026-05-01T14:00:00.000+02:00", 0],
    ["2026-05-01", -43_200_000],
    ["  now  ", 0],
  ])("%s is understood", (text, offsetMs) => {
    expect(parseTime(text, nowMs, "from")).toBe(nowMs + offsetMs);
  });

  test.each([
    "",
    "yesterday",
    "-1",
    "-1y",
    "1h",
    "2026-13-01",
    "2026-05-01T25:00",
    "-99999999999d",
    "NaN",
    "0x10",
  ])("%j is refused with the forms that would be right", (text) => {
    expect(() => parseTime(text, nowMs, "from")).toThrow(/is not a time; write it like/);
  });

  test("any text is a time or a clear refusal", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (from, to) => {
        try {
          const range = parseTimeRange(from, to, nowMs);
          expect(range.toMs).toBeGreaterThan(range.fromMs);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
    );
  });

  test.each([
    ["now", "-1h", /must lie before/],
    ["-1h", "-1h", /must lie before/],
    ["-401d", "now", /longer than 400 days/],
  ])("from %s to %s is refused", (from, to, message) => {
    expect(() => parseTimeRange(from, to, nowMs)).toThrow(message);
  });
});

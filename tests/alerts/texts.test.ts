import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { checkAnnotations, renderAnnotations } from "../../shared/alerts/annotations.ts";
import { formatDuration, formatValue } from "../../shared/alerts/format.ts";
import { narrowTo } from "../../shared/alerts/narrow.ts";
import { matchesAll } from "../../shared/platform/labels/matchers.ts";

describe("annotations", () => {
  const values = {
    value: 93.21,
    threshold: 90,
    unit: "%",
    severity: "critical" as const,
    labels: { host: "a", "service.name": "{{ value }}" },
  };

  test.each([
    ["{{ value }} of {{threshold}}", "93.21 % of 90 %"],
    ["{{ severity }} on {{ labels.host }}", "critical on a"],
    ["{{ labels.service.name }}", "{{ value }}"],
    ["{{ labels.absent }}!", "!"],
    ["{{ labels.constructor }}!", "!"],
    ["no placeholder { here }}", "no placeholder { here }}"],
  ])("%s → %s", (summary, expected) => {
    expect(renderAnnotations({ summary }, values)).toEqual({ summary: expected });
  });

  test("an unknown placeholder is refused by name", () => {
    expect(() => checkAnnotations({ summary: "{{ value }} {{ valeu }}" })).toThrow(/"{{ valeu }}"/);
    expect(() => checkAnnotations({ summary: "{{ labels. }}" })).toThrow("labels.");
  });

  test("any text stays within bounds and in time", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 4_096, unit: "binary" }), (summary) => {
        expect((renderAnnotations({ summary }, values)["summary"] ?? "").length).toBeLessThanOrEqual(2_048);
      }),
    );
  });
});

describe("numbers and spans", () => {
  test.each([
    [1.0666, "{request}/s", "1.067 request/s"],
    [93.21499, "%", "93.21 %"],
    [0.1 + 0.2, "1", "0.3"],
    [1_234_567, "By", "1235000 By"],
    [12, "{request}", "12 request"],
    [3, null, "3"],
  ])("%d %s is written %s", (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  test.each([
    [250, "250 ms"],
    [60_000, "1 min"],
    [75_000, "1 min 15 s"],
    [90_061_000, "1 d 1 h"],
  ])("%d ms is written %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe("narrowing a read to the groups in hand", () => {
  const labels = fc.record({
    host: fc.string({ maxLength: 8 }),
    env: fc.constantFrom("a|b", "x.*", 'q"\\', "\n"),
  });

  test("every series of the groups still matches", () => {
    fc.assert(
      fc.property(fc.array(labels, { minLength: 1, maxLength: 60 }), (groups) => {
        const matchers = narrowTo([], groups);
        for (const group of groups) expect(matchesAll(matchers, { ...group, more: "1" })).toBe(true);
      }),
    );
  });

  test("other hosts do not", () => {
    const matchers = narrowTo([], [{ host: "a" }, { host: "b.c" }]);

    expect(matchesAll(matchers, { host: "bxc" })).toBe(false);
    expect(matchesAll(narrowTo([], [{ host: "a" }]), { host: "b" })).toBe(false);
  });
});

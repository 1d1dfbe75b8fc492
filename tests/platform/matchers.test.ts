import { describe, expect, test } from "@jest/globals";
import { matchesAll, parseMatchers } from "../../shared/platform/labels/matchers.ts";

describe("label matchers", () => {
  const labels = { host: "a", env: "prod-eu", "service.name": 'say "hi"' };
  test.each([
    ["{}", true],
    ["", true],
    ['{host="a"}', true],
    ['{host="b"}', false],
    ['host="a", env=~"prod.*"', true],
    ['{env=~"prod"}', false],
    ['{env!~"dev.*",host!="b"}', true],
    ['{missing=""}', true],
    ['{missing!=""}', false],
    ['{service.name="say \\"hi\\""}', true],
  ])("%s → %s", (text, expected) => {
    expect(matchesAll(parseMatchers(text), labels)).toBe(expected);
  });

  test.each(["{host}", '{host="a"', '{="a"}', '{host=~"("}', "{host='a'}"])(
    "%s is refused with what would be right",
    (text) => {
      expect(() => parseMatchers(text)).toThrow(/matcher|RE2/);
    },
  );

  test("S-11: a regular expression that explodes elsewhere stays linear here", () => {
    const matchers = parseMatchers('{host=~"(a+)+$"}');
    const host = `${"a".repeat(50_000)}!`;
    matchesAll(matchers, { host });
    const from = process.threadCpuUsage();

    expect(matchesAll(matchers, { host })).toBe(false);

    const { user, system } = process.threadCpuUsage(from);
    expect((user + system) / 1_000).toBeLessThan(100);
  });
});

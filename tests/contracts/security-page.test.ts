import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const rows = read("docs/security.md")
  .split("\n")
  .flatMap((line) => {
    const [, number, , kept, shown] = /^\| (S-\d\d) \| (.+) \| (.+) \| (.+) \|$/.exec(line) ?? [];
    return number && kept && shown ? [{ number, kept: pathsIn(kept), shown: pathsIn(shown) }] : [];
  });

function pathsIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, path]) => path ?? []);
}

/** The numbers that stand in titles: in texts on one line, not in comments. */
function promisesOf(text: string): string[] {
  const titles = text.match(/["`][^"`\n]*S-\d\d[^"`\n]*["`]/g) ?? [];
  return titles.flatMap((title) => title.match(/S-\d\d/g) ?? []);
}

describe("the page on security", () => {
  test.each(rows)(
    "$number is kept where the page says, and shown by the tests it names",
    ({ number, kept, shown }) => {
      expect(kept.length).toBeGreaterThan(0);
      expect([...kept, ...shown].filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
      expect(shown.filter((path) => !promisesOf(read(path)).includes(number))).toEqual([]);
    },
  );

  test("says each promise once", () => {
    const numbers = rows.map(({ number }) => number);

    expect(numbers.length).toBeGreaterThan(30);
    expect(numbers.filter((number, i) => numbers.indexOf(number) !== i)).toEqual([]);
  });

  test("leaves out no promise on tenants, requests, keys or signing in that a test names", () => {
    const files = readdirSync(new URL("tests/", root), { recursive: true, encoding: "utf8" });
    const named = files
      .filter((file) => file.endsWith(".test.ts"))
      .flatMap((file) => promisesOf(read(`tests/${file}`)));
    const belongs = (number: string) => /^S-(0[1-9]|1[0-3]|2[2-9]|3[0-7])$/.test(number);

    const said = new Set(rows.map(({ number }) => number));
    expect([...new Set(named)].filter((number) => belongs(number) && !said.has(number))).toEqual([]);
  });
});

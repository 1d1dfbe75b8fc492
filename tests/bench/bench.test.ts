import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Measured, median, readable, resultOf, tableOf } from "./report.ts";

const aMeasured = (values: number[], better: "lower" | "higher" = "lower"): Measured => ({
  row: { name: "decode", unit: "µs/point", must: 4, aim: 2, better },
  values,
});

describe("what the runs come to", () => {
  test.each([
    [[5, 1, 3], 3],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
  ])("the median of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test.each<[number, "lower" | "higher", boolean, string]>([
    [1.5, "lower", true, "aim reached"],
    [4, "lower", true, "ok"],
    [4.1, "lower", false, "MISSED"],
    [4, "higher", true, "aim reached"],
    [1, "higher", false, "MISSED"],
  ])("%d where %s is better: ok is %s, the table says %s", (value, better, ok, word) => {
    expect(resultOf(aMeasured([value], better)).ok).toBe(ok);
    expect(tableOf([aMeasured([value], better)])).toContain(`| ${word} |`);
  });

  test.each([
    [0.28, "0.28"],
    [12.345, "12.3"],
    [123_456.7, "123,457"],
    [40_000, "40,000"],
  ])("%d is written %s", (value, text) => {
    expect(readable(value)).toBe(text);
  });
});

describe("the command", () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "sentinelops-bench-"));
    const rows = `export const rows = [
      { name: "Quick thing", unit: "ms", must: 10, aim: 5, measure: async () => { console.log("noise"); return 7; } },
      { name: "slow thing", unit: "ms", must: 10, aim: 5, measure: async () => 12 },
    ];`;
    writeFileSync(join(dir, "a.bench.ts"), rows);
    writeFileSync(
      join(dir, "b.bench.ts"),
      `export const rows = [{ name: "broken", unit: "ms", must: 1, aim: 1, measure: async () => { throw new Error("no"); } }];`,
    );
  });
  afterAll(() => rmSync(dir, { recursive: true }));
  const bench = (...args: string[]) =>
    spawnSync(
      process.execPath,
      [fileURLToPath(new URL("main.ts", import.meta.url)), "--dir", dir, "--runs", "2", ...args],
      { encoding: "utf8" },
    );

  test("with --json prints one object and nothing else, and fails where a must is missed", () => {
    const { stdout, stderr, status } = bench("--json");

    expect(JSON.parse(stdout)).toMatchObject({
      "Quick thing": { value: 7, unit: "ms", must: 10, aim: 5, ok: true },
      "slow thing": { value: 12, ok: false },
      broken: { value: null, ok: false, error: expect.stringContaining("no") },
    });
    expect(stderr).toContain("slow thing: run 2 of 2");
    expect(status).toBe(1);
  });

  test("with --only measures what is asked, and passes where its must holds", () => {
    const { stdout, status } = bench("--only", "quick");

    expect(stdout.trim().split("\n")).toEqual([
      "| what | measured | must | aim | |",
      "|---|---|---|---|---|",
      "| Quick thing | 7 ms | ≤ 10 | ≤ 5 | ok |",
    ]);
    expect(status).toBe(0);
  });

  test("measuring nothing is no success", () => {
    expect(bench("--only", "nowhere").status).toBe(1);
    expect(bench("--runs", "many").stderr).toMatch(/whole number/);
  });
});

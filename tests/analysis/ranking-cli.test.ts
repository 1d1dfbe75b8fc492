import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { answerLine } from "../../infra/rank-causes/answer-line.ts";
import { aCauseCase, aSeries } from "./ranking-builders.ts";

const aLine = (id: string) =>
  JSON.stringify(aCauseCase({ id, series: [aSeries("stock", "cpu_percent", 4, [90, 91, 92])] }));

test("an answer holds service, metric and score, and nothing else", () => {
  expect(JSON.parse(answerLine(aLine("c1"), 1))).toEqual({
    id: "c1",
    ranked: [{ service: "stock", metric: "cpu_percent", score: expect.any(Number) }],
  });
});

test.each([
  ["{", /^Line 7: no JSON: /],
  ["[]", /^Line 7: the line: /],
  [JSON.stringify({ ...JSON.parse(aLine("x")), alertTime: "noon" }), /^Line 7: alertTime: .*number/],
  [
    JSON.stringify({
      ...JSON.parse(aLine("x")),
      series: [{ service: "a", metric: "b", timestamps: [1], values: [] }],
    }),
    /^Line 7: series\.0\.values: needs as many values as timestamps\.$/,
  ],
])("a bad line is refused by its number and field: %s", (line, message) => {
  expect(() => answerLine(line, 7)).toThrow(message);
});

test("each answer leaves before the next case is sent, and a bad line stops nothing", async () => {
  const main = fileURLToPath(new URL("../../infra/rank-causes/main.ts", import.meta.url));
  const child = spawn(process.execPath, [main], { stdio: ["pipe", "pipe", "ignore"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (line: string) => {
    child.stdin.write(`${line}\n`);
    return JSON.parse((await answers.next()).value ?? "null");
  };

  expect((await ask(aLine("first"))).id).toBe("first");
  expect(await ask("nonsense")).toEqual({ id: null, error: expect.stringContaining("Line 2") });
  expect((await ask(aLine("second"))).id).toBe("second");

  child.stdin.end();
  expect(await once(child, "close")).toEqual([1, null]);
});

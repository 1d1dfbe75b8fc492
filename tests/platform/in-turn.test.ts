import { expect, test } from "@jest/globals";
import { makeInTurn } from "../../shared/platform/in-turn.ts";

test("works of one key run one after another in their order, and a failure holds up nobody", async () => {
  const inTurn = makeInTurn();
  const told: string[] = [];
  let running = 0;
  const work = (name: string, key: string, fails = false) =>
    inTurn(key, async () => {
      if (key === "a") expect(++running).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      told.push(name);
      if (key === "a") running -= 1;
      if (fails) throw new Error(name);
      return name;
    });

  const results = await Promise.allSettled([
    work("a1", "a"),
    work("a2", "a", true),
    work("b1", "b"),
    work("a3", "a"),
  ]);

  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  expect(told.filter((name) => name.startsWith("a"))).toEqual(["a1", "a2", "a3"]);
  expect(told.indexOf("b1")).toBeLessThan(told.indexOf("a2"));
});

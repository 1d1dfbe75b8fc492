import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "@jest/globals";
import { type FunctionRunner, makeFunctionRunner } from "../../infra/local/functions/function-runner.ts";

const bundle = fileURLToPath(new URL("./fixtures/echo.mjs", import.meta.url));
const logged: string[] = [];
let runner: FunctionRunner;

function start({ timeoutS = 5, memoryMb = 256 } = {}): FunctionRunner {
  logged.length = 0;
  runner = makeFunctionRunner({
    name: "tests-echo",
    bundle,
    memoryMb,
    timeoutS,
    env: { GREETING: "hello", AWS_LAMBDA_FUNCTION_NAME: "tests-echo" },
    onLog: (line) => logged.push(line),
  });
  return runner;
}

afterEach(() => runner.stop());

describe("a function's thread", () => {
  test("sees its own environment and nothing of the runtime's", async () => {
    const answer = await start().invoke({});

    expect(answer).toMatchObject({
      name: "tests-echo",
      env: { GREETING: "hello", AWS_LAMBDA_FUNCTION_NAME: "tests-echo" },
    });
  });

  test("serves many events at once and keeps its state between them", async () => {
    start();

    const answers = await Promise.all([1, 2, 3].map((ms) => runner.invoke({ do: "slow", ms })));

    expect(answers).toEqual([3, 3, 3]);
    expect(runner.running()).toBe(0);
  });

  test("a throw fails that event alone", async () => {
    start();

    const [thrown, fine] = await Promise.allSettled([runner.invoke({ do: "throw" }), runner.invoke({})]);

    expect(thrown).toMatchObject({ reason: { message: "tests-echo: TypeError: asked to throw" } });
    expect(fine.status).toBe("fulfilled");
  });

  test("a crash fails what ran, and the next event gets a fresh thread", async () => {
    start();
    await runner.invoke({});

    await expect(runner.invoke({ do: "crash" })).rejects.toThrow("tests-echo");

    await expect(runner.invoke({})).resolves.toMatchObject({ calls: 1 });
  });

  test("a time-out fails late events, spares the others, and frees the thread even from an endless loop", async () => {
    start({ timeoutS: 0.3 });
    await runner.warm();

    await expect(runner.invoke({ do: "spin" })).rejects.toThrow("Task timed out after 0.3 seconds");

    await runner.warm();
    await expect(runner.invoke({})).resolves.toMatchObject({ calls: 1 });
  });

  test("an event that runs beside a hanging one is answered", async () => {
    start({ timeoutS: 0.4 });
    await runner.warm();
    const hanging = runner.invoke({ do: "hang" });
    hanging.catch(() => undefined);

    await expect(runner.invoke({ do: "slow", ms: 50 })).resolves.toBe(2);
    await expect(hanging).rejects.toThrow("timed out");
  });

  test("running out of its memory ends the function, not the runtime", async () => {
    start({ memoryMb: 32, timeoutS: 20 });

    await expect(runner.invoke({ do: "hoard" })).rejects.toThrow(/memory/i);

    await expect(runner.invoke({})).resolves.toMatchObject({ calls: 1 });
  });

  test("a bundle that does not load says why", async () => {
    runner = makeFunctionRunner({
      name: "tests-missing",
      bundle: `${bundle}.gone`,
      memoryMb: 256,
      timeoutS: 5,
      env: {},
      onLog: () => undefined,
    });

    await expect(runner.invoke({})).rejects.toThrow(/tests-missing: Cannot find module/);
  });

  test("its lines reach the log whole", async () => {
    await start().invoke({ do: "log", text: "broken" });
    await runner.invoke({});

    expect(logged.map((line) => JSON.parse(line))).toEqual([{ level: "error", message: "broken" }]);
  });
});

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { openFunctionLog } from "../../infra/local/function-log.ts";
import { FunctionError } from "../../infra/local/functions/function-runner.ts";
import { openOwnHealth, watchedRunner } from "../../infra/local/own-health.ts";
import { topology } from "../../infra/topology/index.ts";
import { healthPoints } from "../../shared/health/health-points.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { until } from "../support/until.ts";

const folder = mkdtempSync(join(tmpdir(), "sentinelops-health-"));
afterAll(() => rmSync(folder, { recursive: true }));

const rows = topology.filter(({ name }) => ["metrics-write", "alerts-tick", "metrics-api"].includes(name));
const queues = {
  depth: () => ({ ready: 4, inFlight: 1, parked: 2 }),
  oldestAgeMs: () => 7_400,
  parked: () => 1,
};

test("the functions' own lines become numbers of the span, and stand in no file", async () => {
  const health = openOwnHealth(rows);
  const path = join(folder, "functions.log");
  const log = openFunctionLog(path, () => undefined, health.measure);
  const own = makeLog({ function: "metrics-write" }, (line) => log.write("metrics-write", line));

  for (let i = 1; i <= 20; i++)
    own.measure({ handled: 10, failed: i === 1 ? 2 : 0, durationMs: i, coldStart: i === 1 });
  own.info("something else");

  expect(health.take(queues, 60_000)).toEqual([
    {
      function: "metrics-write",
      atMs: 60_000,
      values: {
        handled: 200,
        failed: 2,
        coldStarts: 1,
        durationP95: 19,
        waiting: 4,
        oldestAge: 7,
        parked: 2,
      },
    },
    { function: "metrics-api", atMs: 60_000, values: {} },
    { function: "alerts-tick", atMs: 60_000, values: { parked: 1 } },
  ]);
  expect(health.take(queues, 75_000)[0]?.values).toEqual({ waiting: 4, oldestAge: 7, parked: 2 });
  await until(() => existsSync(path) && readFileSync(path, "utf8").includes("something else"));
  expect(readFileSync(path, "utf8")).not.toContain("durationMs");
});

test("an invocation that was cut off counts as failed; one that threw has said so itself", async () => {
  const health = openOwnHealth(rows);
  const failing = (cutOff: boolean) =>
    watchedRunner(
      {
        name: "metrics-api",
        invoke: async () => Promise.reject(new FunctionError("metrics-api", "no", cutOff)),
        warm: async () => undefined,
        running: () => 0,
        workMs: () => 0,
        stop: async () => undefined,
      },
      health,
    );

  for (const cutOff of [true, false, true])
    await expect(failing(cutOff).invoke({})).rejects.toThrow("metrics-api: no");

  const values = health.take(queues, 0).find(({ function: name }) => name === "metrics-api")?.values;
  expect(values).toEqual({ failed: 2 });
});

test("every number is a point of its function", () => {
  const points = healthPoints([{ function: "metrics-write", atMs: 5, values: { handled: 3, waiting: 0 } }]);

  expect(points).toEqual([
    {
      name: "sentinelops.function.handled",
      value: 3,
      timestamp: 5,
      unit: "{record}",
      labels: { function: "metrics-write", "service.name": "sentinelops" },
    },
    expect.objectContaining({ name: "sentinelops.queue.waiting", value: 0 }),
  ]);
});

import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import type { FunctionRunner } from "../../infra/local/functions/function-runner.ts";
import { openSchedule, type Schedule } from "../../infra/local/schedules.ts";

const startMs = Date.UTC(2026, 0, 1, 12, 3, 20);
const events: { time: string }[] = [];
const parked: unknown[] = [];
let failures = 0;
let schedule: Schedule;

beforeEach(() => {
  jest.useFakeTimers({ now: startMs });
  events.length = 0;
  parked.length = 0;
  failures = 0;
});
afterEach(async () => {
  await schedule.stop();
  jest.useRealTimers();
});

function every(everyMinutes: number): void {
  const runner: FunctionRunner = {
    name: "tests-tick",
    invoke: async (event) => {
      events.push(event as { time: string });
      if (failures-- > 0) throw new Error("broken");
    },
    warm: async () => undefined,
    running: () => 0,
    workMs: () => 0,
    stop: async () => undefined,
  };
  schedule = openSchedule({
    everyMinutes,
    runner,
    park: (event) => parked.push(event),
    onError: () => undefined,
  });
}

test("ticks come at full minutes of the clock and carry the moment meant", async () => {
  every(5);

  await jest.advanceTimersByTimeAsync(12 * 60_000);

  expect(events).toEqual([
    expect.objectContaining({
      "detail-type": "Scheduled Event",
      source: "aws.events",
      time: "2026-01-01T12:05:00Z",
    }),
    expect.objectContaining({ time: "2026-01-01T12:10:00Z" }),
    expect.objectContaining({ time: "2026-01-01T12:15:00Z" }),
  ]);
});

test("F26 a machine that slept gets one tick when it wakes, not one for each it missed", async () => {
  every(1);
  await jest.advanceTimersByTimeAsync(60_000);

  jest.setSystemTime(startMs + 3 * 3_600_000);
  await jest.advanceTimersByTimeAsync(60_000);

  expect(events.map(({ time }) => time)).toEqual([
    "2026-01-01T12:04:00Z",
    "2026-01-01T15:03:00Z",
    "2026-01-01T15:04:00Z",
  ]);
});

test("R-08 a tick that fails is tried twice more, with the same moment", async () => {
  every(1);
  failures = 2;

  await jest.advanceTimersByTimeAsync(55_000);

  expect(events.map(({ time }) => time)).toEqual(Array(3).fill("2026-01-01T12:04:00Z"));
  expect(parked).toEqual([]);
});

test("R-08 a tick that fails for good is parked", async () => {
  every(1);
  failures = 3;

  await jest.advanceTimersByTimeAsync(55_000);

  expect(parked).toEqual([expect.objectContaining({ time: "2026-01-01T12:04:00Z" })]);
});

test("a tick can be fired by hand", async () => {
  every(5);

  await schedule.fire(Date.UTC(2026, 5, 1));

  expect(events).toEqual([expect.objectContaining({ time: "2026-06-01T00:00:00Z" })]);
});

test("what does not divide an hour is refused", () => {
  expect(() => every(7)).toThrow("every 7 minutes does not divide an hour");
  every(5);
});

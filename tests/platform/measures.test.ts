import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { scheduleDoor } from "../../shared/platform/lambda/schedule-door.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { fromEmbedded, type Measures } from "../../shared/platform/measures.ts";
import { aLog, anEvent, aRecord } from "./builders.ts";

function written(measures: Measures): Record<string, unknown> {
  const lines: string[] = [];
  makeLog({ function: "shop-sell" }, (line) => lines.push(line)).measure(measures);
  return JSON.parse(lines[0] ?? "") as Record<string, unknown>;
}

describe("the line of an invocation", () => {
  test("is read back as it was written", () => {
    fc.assert(
      fc.property(
        fc.record({
          handled: fc.nat(),
          failed: fc.nat(),
          durationMs: fc.double({ min: 0, max: 9e5, noNaN: true }),
          coldStart: fc.boolean(),
        }),
        (measures) =>
          expect(fromEmbedded(written(measures))).toEqual({
            ...measures,
            durationMs: measures.durationMs + 0,
          }),
      ),
    );
  });

  test("declares to CloudWatch, by function, what it would otherwise not know, and that only where there is any", () => {
    const calm = written({ handled: 3, failed: 0, durationMs: 4, coldStart: true });
    const failing = written({ handled: 1, failed: 2, durationMs: 4, coldStart: true });

    expect(calm).not.toHaveProperty("_aws");
    expect(failing).toMatchObject({
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: "SentinelOps",
            Dimensions: [["function"]],
            Metrics: [{ Name: "failed", Unit: "Count" }],
          },
        ],
      },
      ...{ function: "shop-sell", failed: 2, coldStart: 1, durationMs: 4 },
    });
  });

  test.each([[{}], [{ level: "info", handled: 1, failed: 0, durationMs: 2 }], [{ level: "measure" }]])(
    "%j is no such line",
    (line) => expect(fromEmbedded(line)).toBeUndefined(),
  );
});

describe("the doors measure", () => {
  const context = {} as never;

  test("how many records of a batch were handled and how many failed", async () => {
    const log = aLog();
    const door = queueDoor({
      services: () => ({ log }),
      name: "test-consumer",
      types: ["notification.failed.v1"],
      each: async () => undefined,
    });

    await door({ Records: [aRecord(anEvent()), aRecord(null, { body: "{" }), aRecord(anEvent())] }, context);

    expect(log.measures).toEqual([
      { handled: 2, failed: 1, durationMs: expect.any(Number), coldStart: expect.any(Boolean) },
    ]);
  });

  test("a tick that throws as failed, and throws on", async () => {
    const log = aLog();
    const run = async () => Promise.reject(new Error("no"));
    const door = scheduleDoor({ services: () => ({ log }), name: "test-tick", run });

    await expect(door({ time: "2026-05-04T08:15:00Z" } as never, context)).rejects.toThrow("no");

    expect(log.measures).toMatchObject([{ handled: 0, failed: 1 }]);
  });

  test("one cold start a process", async () => {
    const log = aLog();
    const door = scheduleDoor({ services: () => ({ log }), name: "test-tick", run: async () => undefined });

    for (let i = 0; i < 3; i++) await door({ time: "2026-05-04T08:15:00Z" } as never, context);

    expect(log.measures.filter(({ coldStart }) => coldStart)).toHaveLength(0);
  });
});

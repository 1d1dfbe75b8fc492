import { describe, expect, test } from "@jest/globals";
import { readRequest } from "../../infra/ops/request.ts";

const nowMs = Date.parse("2026-05-04T12:00:00Z");
const read = (...args: string[]) => readRequest(args, { DATA_DIR: "/data" }, nowMs);

describe("the command line of ops", () => {
  test("speaks to AWS unless it is told otherwise", () => {
    expect(read("status")).toMatchObject({ target: { kind: "aws", stack: "SentinelOps" } });
    expect(read("status", "--stack", "Ops2")).toMatchObject({ target: { kind: "aws", stack: "Ops2" } });
    expect(read("status", "--laptop")).toMatchObject({ target: { kind: "laptop", dataDir: "/data" } });
  });

  test("asks before it changes anything, unless --yes", () => {
    expect(read("dlq", "redrive", "alerts-evaluate")).toMatchObject({
      command: { kind: "dlq-redrive", rows: [{ name: "alerts-evaluate" }], yes: false },
    });
    expect(read("dlq", "redrive", "--yes", "--limit", "1")).toMatchObject({
      command: { yes: true, limit: 1 },
    });
  });

  test("reads a span in any zone", () => {
    expect(read("replay", "--from", "2026-05-04T10:00:00+02:00", "--to", "2026-05-04T09:00Z")).toMatchObject({
      command: {
        fromMs: Date.parse("2026-05-04T08:00:00Z"),
        toMs: Date.parse("2026-05-04T09:00:00Z"),
        wait: true,
        yes: false,
      },
    });
  });

  test.each([
    [[], "ops"],
    [["--help"], "ops"],
    [["status", "--help"], "status"],
    [["dlq", "--help"], "dlq"],
    [["dlq", "redrive", "-h"], "dlq"],
    [["replay", "--help"], "replay"],
  ])("%j is answered with help", (args, topic) => {
    expect(read(...args)).toEqual({ kind: "help", topic });
  });

  test.each([
    [["stat"], /no "stat"; there is status, dlq, audit and replay/],
    [["status", "alerts"], /no function "alerts"; say one of .*alerts-evaluate/],
    [["dlq"], /list, peek or redrive/],
    [["dlq", "purge"], /list, peek or redrive/],
    [["dlq", "peek", "alerts-api"], /alerts-api has no queue/],
    [["dlq", "peek", "--limit", "0"], /whole number from 1, not "0"/],
    [["replay"], /--from and --to/],
    [["replay", "--from", "yesterday", "--to", "2026-05-04T09:00:00Z"], /--from takes a time with its zone/],
    [["replay", "--from", "2026-05-04T08:00:00", "--to", "2026-05-04T09:00:00Z"], /with its zone/],
    [["replay", "--from", "2026-05-04T09:00Z", "--to", "2026-05-04T08:00Z"], /has to be before/],
    [["replay", "--from", "2026-05-04T09:00Z", "--to", "2026-05-05T08:00Z"], /lies in the future/],
    [
      ["replay", "--from", "2026-05-04T08:00Z", "--to", "2026-05-04T09:00Z", "--only", "alerts-tick"],
      /alerts-tick has no queue/,
    ],
  ])("%j is refused with what would be right", (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });
});

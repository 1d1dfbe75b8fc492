import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { onRequested } from "../../functions/notifications-deliver/handler.ts";
import type { SendOutcome } from "../../shared/notifications/channels/message.ts";
import { consume } from "../../shared/platform/lambda/queue-door.ts";
import { aSlackChannel, makeStage, noonMs, opened } from "../notifications/builders.ts";
import { aRecord } from "../platform/builders.ts";
import { startTestTable, type TestTable } from "../support/table.ts";

let db: TestTable;
beforeAll(async () => {
  db = await startTestTable(() => noonMs);
});
afterAll(() => db.stop());

async function aRequested(outcome: SendOutcome, nowMs = Date.now()) {
  const stage = makeStage(db.table, () => outcome);
  stage.setTime(nowMs);
  await stage.have([aSlackChannel()]);
  await stage.dispatch(opened());
  const again: { body: string; delayMs: number }[] = [];
  const services = {
    ...stage.deps,
    nowMs: () => nowMs,
    sendAgain: async (body: string, delayMs: number) => {
      again.push({ body, delayMs });
    },
  };
  const record = aRecord(stage.published[0]);
  const options = {
    services: () => services,
    name: "notifications-deliver",
    types: ["notification.requested.v1"],
    each: onRequested,
  } as const;
  return { stage, again, record, serve: () => consume(options, { Records: [record] }) };
}

test("a delivery that is accepted leaves the queue for good", async () => {
  const { stage, again, serve } = await aRequested({ kind: "accepted", status: 200 });

  expect(await serve()).toEqual({ batchItemFailures: [] });
  expect(await serve()).toEqual({ batchItemFailures: [] });

  expect(again).toEqual([]);
  expect(stage.sent).toHaveLength(1);
});

test("R-17: one that is told to wait goes back into its queue for that long, and its record is done", async () => {
  const told: SendOutcome = { kind: "wait", status: 429, waitMs: 30_000, reason: "busy" };
  const { again, record, serve } = await aRequested(told);

  expect(await serve()).toEqual({ batchItemFailures: [] });

  expect(again).toHaveLength(1);
  expect(again[0]?.body).toBe(record.body);
  expect(again[0]?.delayMs).toBeGreaterThanOrEqual(30_000);
  expect(again[0]?.delayMs).toBeLessThan(35_000);
});

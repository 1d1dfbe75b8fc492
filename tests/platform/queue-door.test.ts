import { describe, expect, test } from "@jest/globals";
import { consume, type Delivery } from "../../shared/platform/lambda/queue-door.ts";
import { aCtx, aLog, anEvent, aRecord } from "./builders.ts";

type Failed = Delivery<"notification.failed.v1">;
const base = (log = aLog()) => ({
  services: () => ({ log }),
  name: "test-consumer",
  types: ["notification.failed.v1"] as const,
});
const idsOf = (response: { batchItemFailures: { itemIdentifier: string }[] }) =>
  response.batchItemFailures.map((failure) => failure.itemIdentifier);

describe("R-05: a poison record is handed back alone", () => {
  const otherType = { ...anEvent(), type: "notification.delivered.v1" };
  test.each([
    ["is not JSON", aRecord(null, { body: "{" })],
    ["has no detail", aRecord(undefined)],
    ["is null", aRecord(null, { body: "null" })],
    ["is no envelope", aRecord({ id: "x" })],
    ["has data of another shape", aRecord({ ...anEvent(), data: { deliveryId: 1 } })],
    ["is of a type this consumer does not know", aRecord(otherType)],
    ["is of a version nobody knows", aRecord({ ...anEvent(), type: "notification.failed.v9" })],
  ])("where it %s", async (_what, poison) => {
    const good = [aRecord(anEvent()), aRecord(anEvent())];
    const handled: string[] = [];

    const response = await consume(
      { ...base(), each: async ({ event }: Failed) => void handled.push(event.id) },
      { Records: [...good.slice(0, 1), poison, ...good.slice(1)] },
    );

    expect(idsOf(response)).toEqual([poison.messageId]);
    expect(handled).toHaveLength(2);
  });

  test("where its handling throws, in a promise or not", async () => {
    for (const fail of [
      async () => Promise.reject(new Error("no")),
      () => {
        throw new Error("no");
      },
    ]) {
      const records = [aRecord(anEvent()), aRecord(anEvent())];
      let seen = 0;

      const response = await consume(
        { ...base(), each: async () => (seen++ === 0 ? fail() : undefined) },
        { Records: records },
      );

      expect(idsOf(response)).toEqual([records[0]?.messageId]);
    }
  });
});

describe("F6: what SQS is told", () => {
  test("an empty list when all went well", async () => {
    const response = await consume({ ...base(), each: async () => {} }, { Records: [aRecord(anEvent())] });

    expect(response).toEqual({ batchItemFailures: [] });
  });

  test("a batch consumer names the ones that failed; a throw fails those it was given", async () => {
    const records = [aRecord(anEvent()), aRecord(anEvent()), aRecord({})];

    const some = await consume(
      { ...base(), batch: async (deliveries: Failed[]) => deliveries.slice(0, 1) },
      { Records: records },
    );
    const all = await consume(
      { ...base(), batch: async () => Promise.reject(new Error("down")) },
      { Records: records },
    );

    expect(idsOf(some).sort()).toEqual([records[0]?.messageId, records[2]?.messageId].sort());
    expect(idsOf(all)).toHaveLength(3);
  });

  test("each failure is logged with how often it was tried", async () => {
    const log = aLog();
    await consume({ ...base(log), each: async () => {} }, { Records: [aRecord({})] });

    expect(log.lines).toMatchObject([{ level: "error", fields: { receiveCount: "1" } }]);
  });
});

test("the work knows its tenant, its cause and its trace from the event alone", async () => {
  const event = anEvent(aCtx({ tenantId: "ten_z", traceId: "t" }));
  const seen: Failed[] = [];

  await consume(
    { ...base(), each: async (delivery: Failed) => void seen.push(delivery) },
    { Records: [aRecord(event)] },
  );

  expect(seen[0]?.ctx).toMatchObject({
    tenantId: "ten_z",
    traceId: "t",
    causationId: event.id,
    actor: { kind: "system", id: "test-consumer" },
  });
});

test("F27: a field that a newer version of us added is no poison", async () => {
  const event = { ...anEvent(), region: "eu", data: { ...anEvent().data, colour: "red" } };

  const response = await consume({ ...base(), each: async () => {} }, { Records: [aRecord(event)] });

  expect(response.batchItemFailures).toEqual([]);
});

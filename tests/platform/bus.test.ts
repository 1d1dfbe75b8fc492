import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { makePublish } from "../../shared/platform/aws/bus.ts";
import { envelop } from "../../shared/platform/bus/envelop.ts";
import { Unavailable } from "../../shared/platform/errors.ts";
import { aCtx, anEvent } from "./builders.ts";

function aBus() {
  const client = new EventBridgeClient({ region: "us-east-1" });
  const mock = mockClient(client);
  const requests = () => mock.commandCalls(PutEventsCommand).map((call) => call.args[0].input.Entries ?? []);
  return { mock, requests, publish: makePublish(client, "bus") };
}
const many = (count: number, text = "") => Array.from({ length: count }, () => anEvent(aCtx(), text));

describe("publishing", () => {
  test("an entry carries the envelope as its detail and the type as its detail-type", async () => {
    const { mock, requests, publish } = aBus();
    mock.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: "1" }] });
    const event = anEvent();

    await publish([event]);

    const [entry] = requests().flat();
    expect(entry).toMatchObject({
      EventBusName: "bus",
      Source: "sentinelops.notifications",
      DetailType: "notification.failed.v1",
      Time: new Date(event.time),
    });
    expect(JSON.parse(entry?.Detail ?? "")).toEqual(event);
  });

  test("no events are no request", async () => {
    const { requests, publish } = aBus();

    await publish([]);

    expect(requests()).toEqual([]);
  });

  test("ten go in one request, and never more bytes than EventBridge takes", async () => {
    const { mock, requests, publish } = aBus();
    mock.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });

    await publish([...many(23), ...many(4, "é".repeat(200_000))]);

    expect(requests().flat()).toHaveLength(27);
    for (const entries of requests()) {
      expect(entries.length).toBeLessThanOrEqual(10);
      const bytes = entries.reduce((sum, entry) => sum + Buffer.byteLength(entry.Detail ?? ""), 0);
      expect(bytes).toBeLessThan(1_000_000);
    }
  });

  test("only the entries that failed are sent again", async () => {
    const { mock, requests, publish } = aBus();
    mock
      .on(PutEventsCommand)
      .resolvesOnce({
        FailedEntryCount: 1,
        Entries: [{ EventId: "1" }, { ErrorCode: "ThrottlingException" }, { EventId: "3" }],
      })
      .resolves({ FailedEntryCount: 0, Entries: [{ EventId: "2" }] });
    const events = many(3);

    await publish(events);

    expect(requests().map((entries) => entries.length)).toEqual([3, 1]);
    expect(JSON.parse(requests()[1]?.[0]?.Detail ?? "")).toEqual(events[1]);
  });

  test("S-22: what stays refused is said without a word of AWS", async () => {
    const { mock, publish } = aBus();
    mock.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: "InternalFailure" }] });

    const refusal = await publish(many(1)).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(Unavailable);
    expect((refusal as Error).message).toBe("The event bus refused 1 of 1 events.");
    expect((refusal as Error).cause).toBe("InternalFailure");
  });
});

describe("envelopes", () => {
  test("carry the work's trace, cause and actor, and the catalog's word on what came from outside", () => {
    const event = anEvent(aCtx({ traceId: "t", causationId: "evt_1" }));

    expect(event).toMatchObject({
      tenantId: "ten_a",
      traceId: "t",
      causationId: "evt_1",
      actor: { kind: "system", id: "test" },
      provenance: { untrusted: ["reason"] },
      time: "2026-11-20T10:00:00.000Z",
    });
  });

  test("data that does not fit the catalog is never put in one", () => {
    const data = { deliveryId: 1 } as never;

    expect(() => envelop(aCtx(), "x", { id: "e", type: "notification.failed.v1", data })).toThrow(
      /notification\.failed\.v1 does not fit its schema: deliveryId/,
    );
  });
});

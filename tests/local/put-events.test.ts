import { expect, test } from "@jest/globals";
import { makePutEvents, type QueuedBody } from "../../infra/local/bus/put-events.ts";

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const fired = {
  Source: "sentinelops.alerts",
  DetailType: "alert.fired.v1",
  Detail: '{"severity":"critical"}',
};

function aBus(enqueue?: (bodies: readonly QueuedBody[]) => void) {
  const queued: QueuedBody[] = [];
  const putEvents = makePutEvents(
    [
      { queue: "correlate", pattern: { "detail-type": ["alert.fired.v1"] } },
      { queue: "push", pattern: { "detail-type": [{ prefix: "alert." }] } },
      { queue: "page", pattern: { detail: { severity: ["critical"] } } },
      { queue: "other", pattern: { source: ["elsewhere"] } },
    ],
    enqueue ?? ((bodies) => queued.push(...bodies)),
  );
  return { queued, put: (...Entries: unknown[]) => putEvents({ Entries }, nowMs) };
}

test("an event lands in the queue of every rule that matches, in EventBridge's shape", () => {
  const { queued, put } = aBus();

  const answer = put({ ...fired, Time: 1_700_000_000, Resources: ["arn:x"] });

  expect(answer).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
  expect(queued.map(({ queue }) => queue)).toEqual(["correlate", "push", "page"]);
  expect(JSON.parse(queued[0]?.body ?? "")).toEqual({
    version: "0",
    id: answer.Entries[0]?.EventId,
    "detail-type": "alert.fired.v1",
    source: "sentinelops.alerts",
    account: "000000000000",
    time: "2023-11-14T22:13:20Z",
    region: "us-east-1",
    resources: ["arn:x"],
    detail: { severity: "critical" },
  });
});

test("the moment of arrival stands in for a missing time", () => {
  const { queued, put } = aBus();

  put(fired);

  expect(JSON.parse(queued[0]?.body ?? "")).toMatchObject({ time: "2026-01-02T03:04:05Z", resources: [] });
});

test("R-09 an event no queue could take is not acknowledged", () => {
  const { put } = aBus(() => {
    throw new Error("disk full");
  });

  expect(put(fired)).toEqual({
    FailedEntryCount: 1,
    Entries: [{ ErrorCode: "InternalFailure", ErrorMessage: "disk full" }],
  });
});

test.each([
  ["no source", { ...fired, Source: "" }, "InvalidArgument"],
  ["no detail", { ...fired, Detail: undefined }, "InvalidArgument"],
  ["a detail that is not JSON", { ...fired, Detail: "{" }, "MalformedDetail"],
  ["a detail that is no object", { ...fired, Detail: "[1]" }, "MalformedDetail"],
])("an entry with %s fails alone", (_what, entry, code) => {
  const { queued, put } = aBus();

  const answer = put(entry, fired);

  expect(answer).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode: code }, {}] });
  expect(queued).toHaveLength(3);
});

test("more than ten entries, or none, are refused whole", () => {
  const { put } = aBus();

  expect(() => put()).toThrow("1 to 10");
  expect(() => put(...Array.from({ length: 11 }, () => fired))).toThrow("1 to 10");
});

test("R-28 a request is taken up to 1 MB, multi-byte text counted in bytes", () => {
  const { put } = aBus();
  const limit = 1_048_576 - Buffer.byteLength(fired.Source + fired.DetailType);
  const detail = (bytes: number) => {
    const wrapping = Buffer.byteLength('{"t":""}');
    const odd = (bytes - wrapping) % 2;
    return `{"t":"${"é".repeat((bytes - wrapping - odd) / 2)}${"x".repeat(odd)}"}`;
  };

  expect(put({ ...fired, Detail: detail(limit) }).FailedEntryCount).toBe(0);
  expect(() => put({ ...fired, Detail: detail(limit + 1) })).toThrow("over the limit of 1048576 bytes");
});

import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { SQSEvent } from "aws-lambda";
import { type EventSource, openEventSource } from "../../infra/local/event-source.ts";
import { openQueues, type Queues } from "../../infra/local/queues/queues.ts";
import { until } from "../support/until.ts";

const queue = "tests-consume";
let folder: string;
let queues: Queues;
let source: EventSource | undefined;
const parked: string[] = [];
const faults: unknown[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sentinelops-queues-"));
  await open();
});

afterEach(async () => {
  await source?.stop();
  source = undefined;
  await queues.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  parked.length = 0;
  faults.length = 0;
  queues = await openQueues(folder, "http://127.0.0.1:1", (name) => parked.push(name));
  queues.ensureQueue({ name: queue, visibilityTimeoutS: 60, maxReceiveCount: 2 });
}

function send(...bodies: string[]): void {
  queues.send(bodies.map((body) => ({ queue, body })));
}

function consume(
  invoke: (event: SQSEvent) => Promise<unknown>,
  more: Partial<Parameters<typeof openEventSource>[0]> = {},
) {
  const runner = {
    name: queue,
    invoke,
    warm: async () => undefined,
    running: () => 0,
    stop: async () => undefined,
  };
  source = openEventSource({
    queue,
    batchSize: 10,
    batchWindowS: 0,
    maxConcurrency: 2,
    runner: runner as Parameters<typeof openEventSource>[0]["runner"],
    queues,
    onError: (error) => faults.push(error),
    ...more,
  });
}

const bodiesOf = (event: SQSEvent) => event.Records.map((record) => record.body);
const failing = (event: SQSEvent, text: string) => ({
  batchItemFailures: event.Records.filter(({ body }) => body === text).map(({ messageId }) => ({
    itemIdentifier: messageId,
  })),
});

test("records come in Lambda's shape and are gone once handled", async () => {
  const seen: SQSEvent[] = [];
  consume(async (event) => void seen.push(event));

  send('{"a":1}');

  await until(() => seen.length === 1 && queues.depth(queue).inFlight === 0);
  expect(seen[0]?.Records[0]).toEqual({
    messageId: expect.any(String),
    receiptHandle: expect.any(String),
    body: '{"a":1}',
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
      SenderId: expect.any(String),
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
    },
    messageAttributes: {},
    md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queue}`,
    awsRegion: "us-east-1",
  });
});

test("what waits comes as one batch, also above ten", async () => {
  send(...Array.from({ length: 25 }, (_, i) => String(i)));
  const sizes: number[] = [];

  consume(async (event) => void sizes.push(event.Records.length), { batchSize: 20 });

  await until(() => sizes.length === 2);
  expect(sizes).toEqual([20, 5]);
});

test("a batching window gathers what comes within it", async () => {
  const sizes: number[] = [];
  consume(async (event) => void sizes.push(event.Records.length), { batchWindowS: 0.2 });

  send("a");
  await until(() => queues.depth(queue).inFlight === 1);
  send("b");

  await until(() => sizes.length > 0);
  expect(sizes).toEqual([2]);
});

test("never more batches at once than allowed", async () => {
  let now = 0;
  let most = 0;
  let done = 0;
  consume(
    async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, 10));
      now -= 1;
      done += 1;
    },
    { batchSize: 1 },
  );

  send("a", "b", "c", "d", "e", "f");

  await until(() => done === 6);
  expect(most).toBe(2);
});

test("R-05 only the records handed back come again", async () => {
  const seen: string[] = [];
  consume(async (event) => {
    seen.push(...bodiesOf(event));
    return failing(event, "poison");
  });

  send("good", "poison", "fine");

  await until(
    () => queues.depth(queue).inFlight === 1 && queues.depth(queue).ready === 0 && seen.length === 3,
  );
  expect(seen).toEqual(["good", "poison", "fine"]);
});

test.each<[what: string, answer: (event: SQSEvent) => unknown]>([
  ["an id it never had", () => ({ batchItemFailures: [{ itemIdentifier: "unknown" }] })],
  [
    "a throw",
    () => {
      throw new Error("broken");
    },
  ],
])("F6 %s fails the whole batch", async (_what, answer) => {
  let calls = 0;
  consume(async (event) => {
    calls += 1;
    return answer(event);
  });

  send("a", "b");

  await until(() => calls >= 1 && queues.depth(queue).inFlight === 2);
  expect(queues.depth(queue)).toEqual({ ready: 0, inFlight: 2, parked: 0 });
});

test("R-06 poison lies in the dead-letter queue after maxReceiveCount, with an alarm, and a redrive empties it", async () => {
  let broken = true;
  const seen: string[] = [];
  consume(async (event) => {
    seen.push(...bodiesOf(event));
    for (const { receiptHandle } of event.Records) if (broken) queues.putOff(queue, receiptHandle, 0.01);
    return broken ? failing(event, "poison") : undefined;
  });

  send("poison");
  await until(() => queues.depth(queue).parked === 1);

  expect(seen).toEqual(["poison", "poison"]);
  expect(parked).toEqual([queue]);

  broken = false;
  expect(queues.redrive(queue)).toBe(1);
  await until(() => seen.length === 3);
  await until(() => queues.depth(queue).inFlight === 0);
  expect(queues.depth(queue)).toEqual({ ready: 0, inFlight: 0, parked: 0 });
});

test("a function that changed a record's visibility itself is left its way", async () => {
  consume(async (event) => {
    for (const { receiptHandle } of event.Records) queues.putOff(queue, receiptHandle, 40);
    return failing(event, "later");
  });
  let handle = "";
  const receive = queues.receive;
  queues.receive = (name, max) => {
    const records = receive(name, max);
    handle = records[0]?.receiptHandle ?? handle;
    return records;
  };

  send("later");

  await until(() => handle !== "");
  await until(() => (queues.visibleAgainMs(queue, handle) ?? 0) > Date.now() + 35_000);
  await source?.stop();
  expect(queues.visibleAgainMs(queue, handle)).toBeLessThan(Date.now() + 41_000);
});

test("stopping waits for what is in hand and takes no more", async () => {
  const { promise, resolve: finish } = Promise.withResolvers<void>();
  consume(() => promise, { batchSize: 1, maxConcurrency: 1 });
  send("in hand", "waiting");
  await until(() => queues.depth(queue).inFlight === 1);

  const stopped = source?.stop();
  finish();
  await stopped;

  expect(queues.depth(queue)).toEqual({ ready: 1, inFlight: 0, parked: 0 });
});

test("F22 after a restart, what a dead process had in hand is ready, what was put off still waits", async () => {
  send("in hand", "put off", "untouched");
  const [, second] = queues.receive(queue, 2);
  queues.putOff(queue, second?.receiptHandle ?? "", 30);
  await queues.close();

  await open();

  const bodies = queues
    .receive(queue, 10)
    .map(({ body, attributes }) => [body, attributes.ApproximateReceiveCount]);
  expect(bodies.sort()).toEqual([
    ["in hand", "2"],
    ["untouched", "1"],
  ]);
  expect(queues.depth(queue).ready).toBe(1);
});

test("a group of sends is taken whole or not at all", async () => {
  expect(() =>
    queues.send([
      { queue, body: "a" },
      { queue: "nowhere", body: "b" },
    ]),
  ).toThrow('no queue "nowhere"');
  await queues.close();
  await open();

  expect(queues.depth(queue).ready).toBe(0);
});

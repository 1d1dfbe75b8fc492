import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import type { FunctionRunner } from "./functions/function-runner.ts";
import type { Queues } from "./queues/queues.ts";

export interface EventSourceSettings {
  queue: string;
  batchSize: number;
  batchWindowS: number;
  maxConcurrency: number;
  runner: FunctionRunner;
  queues: Queues;
  onError(error: unknown): void;
}

export interface EventSource {
  /** Takes no more, and returns when everything in hand is done. */
  stop(): Promise<void>;
}

const pollS = 20;
const firstRetryS = 2;
const retryFactor = 3;
const longestRetryS = 60;

/**
 * The event source mapping of one queue: long polls, gathers a batch, invokes the function and deletes what it
 * handled. What the function hands back (batchItemFailures; the whole batch on a throw, a time-out or a
 * crash) comes again after 2, 6, 18, 54, 60 … s, and after maxReceiveCount lies in the dead-letter queue. On AWS it
 * would come again when the queue's visibility time-out has run, six times the function's time-out, which is
 * longer than a person at a laptop wants to wait. A message whose visibility the function itself changed is
 * left as the function wants it.
 */
export function openEventSource(settings: EventSourceSettings): EventSource {
  const { queue, queues, runner, onError } = settings;
  const inHand = new Set<Promise<void>>();
  let stopping = false;

  const polling = (async () => {
    while (!stopping) {
      try {
        if (inHand.size >= settings.maxConcurrency) {
          await Promise.race(inHand);
          continue;
        }
        const records = await gather();
        if (records.length === 0) continue;
        const work: Promise<void> = deliver(records).finally(() => inHand.delete(work));
        inHand.add(work);
      } catch (error) {
        onError(error);
        await pause(1000);
      }
    }
  })();

  async function gather(): Promise<SQSRecord[]> {
    const records = queues.receive(queue, settings.batchSize);
    if (records.length === 0) {
      await queues.waitForMessages(queue, pollS);
      return stopping ? [] : gatherFor(queues.receive(queue, settings.batchSize));
    }
    return gatherFor(records);
  }

  /** The batching window opens with the first record and closes when the batch is full. */
  async function gatherFor(records: SQSRecord[]): Promise<SQSRecord[]> {
    const closesMs = performance.now() + settings.batchWindowS * 1000;
    while (records.length > 0 && records.length < settings.batchSize && !stopping) {
      const leftS = (closesMs - performance.now()) / 1000;
      if (leftS <= 0) break;
      await queues.waitForMessages(queue, leftS);
      records.push(...queues.receive(queue, settings.batchSize - records.length));
    }
    return records;
  }

  async function deliver(records: SQSRecord[]): Promise<void> {
    const dueMs = new Map(records.map(({ receiptHandle }) => [receiptHandle, backMs(receiptHandle)]));
    let failed: SQSRecord[];
    try {
      failed = failedOf(records, (await runner.invoke({ Records: records })) as SQSBatchResponse | undefined);
    } catch (error) {
      onError(error);
      failed = records;
    }
    const lost = new Set(failed);
    try {
      queues.delete(
        queue,
        records.filter((record) => !lost.has(record)).map((record) => record.receiptHandle),
      );
      for (const { receiptHandle, attributes } of failed) {
        const untouched = backMs(receiptHandle) === dueMs.get(receiptHandle);
        if (untouched) {
          queues.putOff(queue, receiptHandle, retryAfterS(Number(attributes.ApproximateReceiveCount)));
        }
      }
    } catch (error) {
      // What could not be deleted comes again; consumers are idempotent.
      onError(error);
    }
  }

  const backMs = (receiptHandle: string) => queues.visibleAgainMs(queue, receiptHandle);

  return {
    async stop() {
      stopping = true;
      queues.wake(queue);
      await polling;
      await Promise.all(inHand);
    },
  };
}

/** As Lambda reads the answer: none or an empty list = all done; an id it does not know = all failed. */
function failedOf(records: SQSRecord[], answer: SQSBatchResponse | undefined): SQSRecord[] {
  const ids = (answer?.batchItemFailures ?? []).map((failure) => failure.itemIdentifier);
  const byId = new Map(records.map((record) => [record.messageId, record]));
  const failed = ids.map((id) => byId.get(id));
  return failed.every((record) => record !== undefined) ? failed : records;
}

function retryAfterS(receiveCount: number): number {
  return Math.min(longestRetryS, firstRetryS * retryFactor ** (receiveCount - 1));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

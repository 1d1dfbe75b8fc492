import type { IncomingMessage, ServerResponse } from "node:http";
import type { SQSRecord } from "aws-lambda";
import { localAccount, localRegion, queueArn, topicArn } from "../arns.ts";
import { type AwsService, readBody } from "../aws-endpoint.ts";
import type { QueuedBody } from "../bus/put-events.ts";
import { DurableQueues } from "./durable-queues.ts";
import { buildApp, S3Store, SnsStore, type SqsQueue, SqsStore } from "./fauxqs-parts.ts";
import { queueCall } from "./queue-call.ts";

export interface QueueSettings {
  name: string;
  visibilityTimeoutS: number;
  maxReceiveCount: number;
}
/** Messages of one queue: ready, in hand or put off, and parked in its dead-letter queue. */
export interface Depth {
  ready: number;
  inFlight: number;
  parked: number;
}

const sourceRetentionS = 4 * 24 * 3600;
const deadRetentionS = 14 * 24 * 3600;
/** SQS hands out at most ten messages a call; a poller asks again until its batch is full. */
const perReceive = 10;

export const deadLetterQueueOf = (queue: string) => `${queue}-dlq`;

/**
 * SQS, SNS and S3 by fauxqs, in this process and persisted in `folder`. The runtime's own pieces use the
 * queues directly; functions reach them through `service` with the AWS SDK. `onParked` is the alarm on the
 * dead-letter queues.
 */
export async function openQueues(
  folder: string,
  endpoint: string,
  onParked: (queue: string, count: number) => void,
) {
  const persistence = new DurableQueues(folder);
  const sqsStore = new SqsStore();
  const snsStore = new SnsStore();
  const s3Store = new S3Store();
  persistence.load(sqsStore, snsStore, s3Store);
  sqsStore.persistence = persistence;
  snsStore.persistence = persistence;
  s3Store.persistence = persistence;
  for (const queue of sqsStore.allQueues()) queue.persistence = persistence;
  const app = buildApp({
    logger: false,
    defaultRegion: localRegion,
    stores: { sqsStore, snsStore, s3Store },
  });
  await app.ready();

  const forward = async (request: IncomingMessage, body: Buffer, response: ServerResponse) => {
    const answer = await app.inject({
      method: request.method as "GET" | "POST",
      url: request.url ?? "/",
      headers: request.headers,
      payload: body,
    });
    response.writeHead(answer.statusCode, answer.headers).end(answer.rawPayload);
  };
  const urlOf = (name: string) => `${endpoint}/${localAccount}/${name}`;
  const find = (name: string): SqsQueue => {
    const queue = sqsStore.getQueueByName(name);
    if (!queue) throw new Error(`There is no queue "${name}"; the topology makes one per queue function.`);
    return queue;
  };
  const ensure = (name: string, attributes: Record<string, string>) => {
    const standing = sqsStore.getQueueByName(name);
    // Creating a queue anew would drop the messages of the one that stands.
    if (standing) standing.setAttributes(attributes);
    else sqsStore.createQueue(name, urlOf(name), queueArn(name), attributes);
  };

  const parkedOf = (name: string) => find(deadLetterQueueOf(name)).messages.length;
  const ensureDeadLetterQueue = (name: string) =>
    ensure(deadLetterQueueOf(name), { MessageRetentionPeriod: String(deadRetentionS) });

  return {
    urlOf,
    /** Where a function without a queue of its own parks what failed for good. */
    ensureDeadLetterQueue,

    /** Makes a queue and its dead-letter queue, or gives the standing ones these settings. */
    ensureQueue({ name, visibilityTimeoutS, maxReceiveCount }: QueueSettings): void {
      ensureDeadLetterQueue(name);
      ensure(name, {
        VisibilityTimeout: String(visibilityTimeoutS),
        MessageRetentionPeriod: String(sourceRetentionS),
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: queueArn(deadLetterQueueOf(name)),
          maxReceiveCount,
        }),
      });
    },

    /** Durable in every queue when it returns; when it throws, a restart finds it in none. */
    send(bodies: readonly QueuedBody[]): void {
      persistence.atomically(() => {
        for (const { queue, body } of bodies) find(queue).enqueue(SqsStore.createMessage(body));
      });
    },

    /** What is ready now, at most `max`, in the shape Lambda hands records over; in hand until deleted. */
    receive(name: string, max: number): SQSRecord[] {
      const queue = find(name);
      if (queue.messages.length === 0) queue.processTimers();
      if (queue.messages.length === 0) return [];
      const parkedBefore = parkedOf(name);
      const received = persistence.atomically(() => {
        const records: SQSRecord[] = [];
        while (records.length < max) {
          const messages = queue.dequeue(Math.min(perReceive, max - records.length), undefined, (arn) =>
            sqsStore.getQueueByArn(arn),
          );
          if (messages.length === 0) break;
          for (const message of messages) records.push(toRecord(queue, message));
        }
        return records;
      });
      const parked = parkedOf(name) - parkedBefore;
      if (parked > 0) onParked(name, parked);
      return received;
    },

    /** Resolves when something may be ready, or after `seconds`. */
    waitForMessages: (name: string, seconds: number) => find(name).waitForMessages(seconds),

    /** Ends every wait on this queue now. */
    wake: (name: string) => find(name).cancelWaiters(),

    delete(name: string, receiptHandles: readonly string[]): void {
      const queue = find(name);
      persistence.atomically(() => {
        for (const handle of receiptHandles) queue.deleteMessage(handle);
      });
    },

    /** When a message in hand comes back by itself, ms; undefined when it is not in hand any more. */
    visibleAgainMs: (name: string, receiptHandle: string) =>
      find(name).inflightMessages.get(receiptHandle)?.visibilityDeadline,

    putOff: (name: string, receiptHandle: string, seconds: number) =>
      find(name).changeVisibility(receiptHandle, seconds),

    depth(name: string): Depth {
      const queue = find(name);
      return {
        ready: queue.messages.length + queue.delayedMessages.length,
        inFlight: queue.inflightMessages.size,
        parked: parkedOf(name),
      };
    },

    /** What a function gave up on. */
    parked: parkedOf,

    /** How long the oldest of those that are ready has waited, ms; 0 where none is. */
    oldestAgeMs(name: string, nowMs: number): number {
      const sentMs = Math.min(...find(name).messages.map(({ sentTimestamp }) => sentTimestamp));
      return Number.isFinite(sentMs) ? Math.max(0, nowMs - sentMs) : 0;
    },

    /** Moves everything parked back to its queue with a fresh receive count; returns how many. */
    redrive(name: string): number {
      const parked = find(deadLetterQueueOf(name));
      return persistence.atomically(() => {
        const messages = parked.messages.splice(0);
        for (const message of messages) {
          persistence.deleteMessage(message.messageId);
          find(name).enqueue(SqsStore.createMessage(message.body, message.messageAttributes));
        }
        return messages.length;
      });
    },

    /** Everything an AWS client may ask of SQS, SNS and S3. */
    service: {
      accepts: () => true,
      async serve(request, response, caller) {
        const body = await readBody(request);
        caller.authorize(queueCall(request, body));
        await forward(request, body, response);
      },
    } satisfies AwsService,

    /** The same for a request whose body was read already. */
    forward,

    ensureTopic(name: string): string {
      const arn = topicArn(name);
      if (!snsStore.getTopic(arn)) snsStore.createTopic(name, {}, {}, localRegion);
      return arn;
    },

    ensureBucket(name: string): void {
      if (!s3Store.hasBucket(name)) s3Store.createBucket(name);
    },

    async close(): Promise<void> {
      sqsStore.shutdown();
      await app.close();
      persistence.close();
    },
  };
}
export type Queues = Awaited<ReturnType<typeof openQueues>>;

function toRecord(queue: SqsQueue, message: ReturnType<SqsQueue["dequeue"]>[number]): SQSRecord {
  const held = queue.inflightMessages.get(message.ReceiptHandle)?.message;
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: {
      ApproximateReceiveCount: String(held?.approximateReceiveCount ?? 1),
      SentTimestamp: String(held?.sentTimestamp ?? 0),
      SenderId: localAccount,
      ApproximateFirstReceiveTimestamp: String(held?.approximateFirstReceiveTimestamp ?? 0),
    },
    messageAttributes: {},
    md5OfBody: message.MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: queue.arn,
    awsRegion: localRegion,
  };
}

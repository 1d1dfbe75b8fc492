import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

export interface Depth {
  /** Ready, or put off for a while. */
  waiting: number;
  inHand: number;
}

export interface DeadLetter {
  messageId: string;
  sentMs: number;
  body: string;
  /** EventBridge's own word where it could not deliver, like "NO_PERMISSIONS: …". */
  reason?: string;
}

/** Longer than it takes to deal with one batch; nobody else sees those messages meanwhile. */
const holdS = 60;
const perReceive = 10;

/** How many messages a queue holds, as near as SQS counts them. */
export async function depthOf(sqs: SQSClient, queueUrl: string): Promise<Depth> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesNotVisible",
      ],
    }),
  );
  return {
    waiting:
      Number(Attributes["ApproximateNumberOfMessages"] ?? 0) +
      Number(Attributes["ApproximateNumberOfMessagesDelayed"] ?? 0),
    inHand: Number(Attributes["ApproximateNumberOfMessagesNotVisible"] ?? 0),
  };
}

/** Looks at up to `limit` messages and leaves them where they are. */
export async function peek(sqs: SQSClient, queueUrl: string, limit: number): Promise<DeadLetter[]> {
  const held: Message[] = [];
  try {
    for await (const messages of batches(sqs, queueUrl, limit)) held.push(...messages);
    return held.map(toDeadLetter);
  } finally {
    await letGo(sqs, queueUrl, held);
  }
}

export interface Move {
  from: string;
  /** The function's queue; absent = the messages are dropped, as a later tick has done their work. */
  to?: string;
  /** At most so many, so that work which fails at once again is not moved for ever. */
  limit: number;
  onMoved(count: number): void;
}

/**
 * Moves messages, each deleted only after it was sent: a stop in the middle leaves some twice, which consumers
 * know by the event's id, and none nowhere. Returns how many were moved.
 */
export async function move(sqs: SQSClient, { from, to, limit, onMoved }: Move): Promise<number> {
  let moved = 0;
  for await (const messages of batches(sqs, from, limit)) {
    if (to !== undefined) {
      await Promise.all(
        messages.map(({ Body }) => sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody: Body }))),
      );
    }
    const { Failed = [] } = await sqs.send(
      new DeleteMessageBatchCommand({ QueueUrl: from, Entries: entriesOf(messages) }),
    );
    if (Failed.length > 0) {
      throw new Error(
        `${Failed.length} messages were moved but not taken out of the dead-letter queue (${Failed[0]?.Message}); run this again.`,
      );
    }
    moved += messages.length;
    onMoved(moved);
  }
  return moved;
}

/** Held messages in batches until `limit` is reached or none is left. */
async function* batches(sqs: SQSClient, queueUrl: string, limit: number): AsyncGenerator<Message[]> {
  let left = limit;
  while (left > 0) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(perReceive, left),
        VisibilityTimeout: holdS,
        // Asks all of SQS' servers; without it a nearly empty queue often answers "nothing".
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ["SentTimestamp"],
        MessageAttributeNames: ["ERROR_CODE", "ERROR_MESSAGE"],
      }),
    );
    if (Messages.length === 0) return;
    left -= Messages.length;
    yield Messages;
  }
}

async function letGo(sqs: SQSClient, queueUrl: string, held: readonly Message[]): Promise<void> {
  for (let i = 0; i < held.length; i += perReceive) {
    const Entries = entriesOf(held.slice(i, i + perReceive)).map((entry) => ({
      ...entry,
      VisibilityTimeout: 0,
    }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
}

function entriesOf(messages: readonly Message[]) {
  return messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
}

function toDeadLetter({ MessageId, Body, Attributes, MessageAttributes }: Message): DeadLetter {
  const reason = ["ERROR_CODE", "ERROR_MESSAGE"]
    .map((name) => MessageAttributes?.[name]?.StringValue)
    .filter((text) => text !== undefined)
    .join(": ");
  return {
    messageId: MessageId ?? "",
    sentMs: Number(Attributes?.SentTimestamp ?? 0),
    body: Body ?? "",
    ...(reason ? { reason } : {}),
  };
}

import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

const maxDelayS = 900;

/**
 * Puts a record's body into the function's own queue again, to be seen after `delayMs` and not earlier; at most
 * 15 minutes, so a longer wait comes back and asks again. Unlike a hidden record, a fresh one has its receives
 * before it: waiting never brings a message nearer to the dead-letter queue.
 */
export type SendAgain = (body: string, delayMs: number) => Promise<void>;

export function makeSendAgain(client: SQSClient, queueUrl: string): SendAgain {
  return async (body, delayMs) => {
    const DelaySeconds = Math.min(maxDelayS, Math.max(0, Math.ceil(delayMs / 1000)));
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, DelaySeconds }));
  };
}

export function makeSqsClient(): SQSClient {
  return new SQSClient({ maxAttempts: 4 });
}

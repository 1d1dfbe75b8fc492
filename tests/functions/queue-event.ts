import type { SQSEvent } from "aws-lambda";
import type { Envelope } from "../../events/envelope.ts";

/** Records as SQS hands them over for events that came over the bus; `body` takes the place of the event's own. */
export function aQueueEvent(
  records: readonly { messageId: string; event?: Envelope; body?: string }[],
): SQSEvent {
  return {
    Records: records.map(({ messageId, event, body }) => ({
      messageId,
      receiptHandle: messageId,
      body: body ?? JSON.stringify({ "detail-type": event?.type, detail: event }),
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: "0",
        SenderId: "test",
        ApproximateFirstReceiveTimestamp: "0",
      },
      messageAttributes: {},
      md5OfBody: "",
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:test",
      awsRegion: "us-east-1",
    })),
  };
}

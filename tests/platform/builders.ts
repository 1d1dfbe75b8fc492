import type { SQSRecord } from "aws-lambda";
import type { Envelope } from "../../events/envelope.ts";
import { envelop } from "../../shared/platform/bus/envelop.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { newId } from "../../shared/platform/ids.ts";
import type { Log } from "../../shared/platform/log.ts";
import type { Measures } from "../../shared/platform/measures.ts";

export function aCtx(changes: Partial<Ctx> = {}): Ctx {
  return {
    tenantId: "ten_a",
    actor: { kind: "system", id: "test" },
    traceId: "trace",
    causationId: null,
    nowMs: Date.parse("2026-11-20T10:00:00Z"),
    ...changes,
  };
}

/** A small event; `text` makes it as large as asked. */
export function anEvent(ctx: Ctx = aCtx(), text = ""): Envelope {
  return envelop(ctx, "notifications", {
    id: newId("event"),
    type: "notification.failed.v1",
    data: {
      deliveryId: "dlv_1",
      channelId: "chn_1",
      channelKind: "webhook",
      incidentId: null,
      attempts: 5,
      reason: text,
    },
  });
}

/** An event as SQS hands it over after EventBridge put it there. */
export function aRecord(event: unknown, changes: Partial<SQSRecord> = {}): SQSRecord {
  return {
    messageId: newId("request"),
    receiptHandle: "handle",
    body: JSON.stringify({ "detail-type": "test", detail: event }),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "0",
      SenderId: "bus",
      ApproximateFirstReceiveTimestamp: "0",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:test",
    awsRegion: "us-east-1",
    ...changes,
  };
}

export interface LogLine {
  level: string;
  message: string;
  fields: Record<string, unknown>;
}

/** A log that keeps what is said, and what was measured. */
export function aLog(): Log & { lines: LogLine[]; measures: Measures[] } {
  const lines: LogLine[] = [];
  const measures: Measures[] = [];
  const say =
    (level: string) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      lines.push({ level, message, fields });
    };
  return {
    ...{ lines, measures },
    ...{ info: say("info"), warn: say("warn"), error: say("error") },
    measure: (one) => void measures.push(one),
  };
}

import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { impactAlarm } from "./impact-alarm.ts";
import type { RowProps } from "./row-function.ts";

/** Where work that cannot succeed lies for two weeks, longer than in any queue before it; an alarm says so. */
export function deadLetterQueue(scope: Construct, id: string, { row, platform }: RowProps): Queue {
  const queue = new Queue(scope, id, {
    retentionPeriod: Duration.days(14),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
  });
  impactAlarm(queue, "Parked", {
    platform,
    row,
    metric: queue.metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(1),
      statistic: "Maximum",
    }),
    above: 0,
    seen: "work lies in its dead-letter queue",
  });
  return queue;
}

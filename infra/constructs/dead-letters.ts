import { Duration } from "aws-cdk-lib";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { deadLetterNameOf } from "../topology/resource-names.ts";
import { acknowledge } from "./acknowledge.ts";
import { encryptedQueue } from "./encrypted-queue.ts";
import { impactAlarm } from "./impact-alarm.ts";
import type { RowProps } from "./row-function.ts";

/** Where work that cannot succeed lies for two weeks, longer than in any queue before it; an alarm says so. */
export function deadLetterQueue(scope: Construct, id: string, { row, platform }: RowProps): Queue {
  const queue = encryptedQueue(scope, id, platform.key, {
    queueName: deadLetterNameOf(row),
    retentionPeriod: Duration.days(14),
  });
  impactAlarm(queue, "Parked", {
    platform,
    row,
    kind: "parked",
    metric: queue.metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(1),
      statistic: "Maximum",
    }),
    above: 0,
    seen: "work lies in its dead-letter queue",
  });
  if (row.trigger.kind === "schedule") {
    acknowledge(queue, "SQS3", "It is itself where a schedule's failed runs are parked, and has an alarm.");
  }
  return queue;
}

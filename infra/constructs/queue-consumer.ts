import { Duration } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
import { queueNameOf } from "../topology/resource-names.ts";
import type { Trigger } from "../topology/row.ts";
import { longestWaitS } from "../topology/runbook.ts";
import { deadLetterQueue } from "./dead-letters.ts";
import { encryptedQueue } from "./encrypted-queue.ts";
import { grantOwnQueue } from "./grants.ts";
import { impactAlarm } from "./impact-alarm.ts";
import { RowFunction, type RowProps } from "./row-function.ts";

interface QueueConsumerProps extends RowProps {
  trigger: Extract<Trigger, { kind: "queue" }>;
}

const defaultMaxReceiveCount = 5;
/** AWS's advice: room for six tries of a batch, and for gathering it, before anybody else sees its messages. */
const visibilityPerTimeout = 6;

/** Bus rule → queue → function, with partial batch responses; what fails too often lies in a queue of its own. */
export class QueueConsumer extends Construct {
  constructor(scope: Construct, id: string, { row, platform, trigger }: QueueConsumerProps) {
    super(scope, id);
    const deadLetters = deadLetterQueue(this, "DeadLetters", { row, platform });
    const queue = encryptedQueue(this, "Queue", platform.key, {
      queueName: queueNameOf(row),
      visibilityTimeout: Duration.seconds(visibilityPerTimeout * row.timeoutS + trigger.batchWindowS),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: {
        queue: deadLetters,
        maxReceiveCount: trigger.maxReceiveCount ?? defaultMaxReceiveCount,
      },
    });
    new Rule(this, "Rule", {
      description: `Events for ${row.name}`,
      eventBus: platform.bus,
      eventPattern: {
        detailType: [...trigger.types],
        ...(trigger.detail ? { detail: trigger.detail } : {}),
      },
      targets: [
        new SqsQueue(queue, {
          deadLetterQueue: deadLetters,
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
        }),
      ],
    });
    const consumer = new RowFunction(this, "Function", { row, platform });
    consumer.addEnvironment("QUEUE_URL", queue.queueUrl);
    consumer.addEventSource(
      new SqsEventSource(queue, {
        batchSize: trigger.batchSize,
        maxBatchingWindow: Duration.seconds(trigger.batchWindowS),
        reportBatchItemFailures: true,
        ...(trigger.maxConcurrency === undefined ? {} : { maxConcurrency: trigger.maxConcurrency }),
      }),
    );
    grantOwnQueue(consumer, row, queue);
    impactAlarm(queue, "Waiting", {
      platform,
      row,
      kind: "waiting",
      metric: queue.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(1),
        statistic: "Maximum",
      }),
      above: longestWaitS(row),
      seen: `the oldest message has waited for more than ${longestWaitS(row) / 60} minutes`,
    });
  }
}

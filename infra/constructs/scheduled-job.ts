import { Duration, Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Trigger } from "../topology/row.ts";
import { deadLetterQueue } from "./dead-letters.ts";
import { emulatedInput } from "./emulated.ts";
import type { Platform } from "./platform.ts";
import { RowFunction, type RowProps } from "./row-function.ts";

interface ScheduledJobProps extends RowProps {
  trigger: Extract<Trigger, { kind: "schedule" }>;
}

/** The form a schedule rule of EventBridge sends, with the moment the schedule meant. */
const tick = ScheduleTargetInput.fromObject({
  id: ContextAttribute.executionId,
  source: "aws.scheduler",
  "detail-type": "Scheduled Event",
  time: ContextAttribute.scheduledTime,
  detail: {},
});

/** A function that runs every so many minutes. A tick that cannot run is tried again, then parked. */
export class ScheduledJob extends Construct {
  constructor(scope: Construct, id: string, { row, platform, trigger }: ScheduledJobProps) {
    super(scope, id);
    const deadLetters = deadLetterQueue(this, "DeadLetters", { row, platform });
    const job = new RowFunction(this, "Function", { row, platform });
    const every = Duration.minutes(trigger.everyMinutes);
    job.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
      onFailure: new SqsDestination(deadLetters),
    });
    new Schedule(this, "Schedule", {
      description: `Runs ${row.name}`,
      schedule: ScheduleExpression.rate(every),
      enabled: platform.active,
      target: new LambdaInvoke(job, {
        role: this.#role(job, deadLetters, platform).withoutPolicyUpdates(),
        deadLetterQueue: deadLetters,
        retryAttempts: 3,
        maxEventAge: Duration.hours(1),
        ...emulatedInput(tick, platform.choices),
      }),
    });
  }

  /** CDK's own would reach every version of the function, and not the key of the queue. */
  #role(job: RowFunction, deadLetters: Queue, { key }: Platform): Role {
    const role = new Role(this, "SchedulerRole", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    });
    const allow = (actions: string[], resource: string) =>
      role.addToPolicy(new PolicyStatement({ actions, resources: [resource] }));
    allow(["lambda:InvokeFunction"], job.functionArn);
    allow(["sqs:SendMessage"], deadLetters.queueArn);
    allow(["kms:Decrypt", "kms:GenerateDataKey"], key.keyArn);
    return role;
  }
}

import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { EventBus, Match, Rule } from "aws-cdk-lib/aws-events";
import { EventBus as BusTarget } from "aws-cdk-lib/aws-events-targets";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { acknowledge } from "../constructs/acknowledge.ts";

interface ForwardingProps extends StackProps {
  /** The output BusArn of the installation, in its own account. */
  busArn: string;
  /** EventBridge sources of this account to send there, as aws.cloudwatch; a prefix each. */
  sources: readonly string[];
}

/**
 * For another account: sends events of its default bus to the installation's bus. The installation must name
 * this account in trustedAccounts. What cannot be sent for a day lies in a queue here.
 */
export class ForwardingStack extends Stack {
  constructor(scope: Construct, id: string, { busArn, sources, ...props }: ForwardingProps) {
    super(scope, id, { description: "SentinelOps, event forwarding", ...props });
    const unsent = new Queue(this, "Unsent", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(
      unsent,
      "SQS3",
      "It is itself where events lie that could not be sent; nothing reads it but people.",
    );
    new Rule(this, "Rule", {
      description: "Sends events to SentinelOps",
      eventPattern: { source: sources.flatMap((source) => Match.prefix(source)) },
      targets: [
        new BusTarget(EventBus.fromEventBusArn(this, "Bus", busArn), {
          deadLetterQueue: unsent,
        }),
      ],
    });
    new CfnOutput(this, "UnsentQueueUrl", { value: unsent.queueUrl });
  }
}

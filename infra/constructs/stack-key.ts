import { type RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";

/** What a caller needs of a key to read and write through a service; no wildcard stands for more. */
export const keyUse = [
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

/**
 * The one key of an installation: tables, queues, topics, points, backups and logs are encrypted with it. The
 * AWS services that write to those on our behalf may use it for this account alone.
 */
export class StackKey extends Key {
  constructor(scope: Construct, id: string, removalPolicy: RemovalPolicy) {
    super(scope, id, {
      description: "SentinelOps: everything at rest",
      enableKeyRotation: true,
      removalPolicy,
    });
    const { account, region, partition } = Stack.of(this);
    const ours = { StringEquals: { "aws:SourceAccount": account } };
    const allow = (services: string[], conditions: Record<string, unknown>) =>
      this.addToResourcePolicy(
        new PolicyStatement({
          principals: services.map((service) => new ServicePrincipal(service)),
          actions: ["kms:Decrypt", "kms:GenerateDataKey"],
          resources: ["*"],
          conditions,
        }),
      );
    allow(["events.amazonaws.com", "cloudwatch.amazonaws.com", "budgets.amazonaws.com"], ours);
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
        actions: keyUse,
        resources: ["*"],
        conditions: {
          ArnLike: {
            "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:*`,
          },
        },
      }),
    );
  }
}

import { RemovalPolicy } from "aws-cdk-lib";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Choices } from "../choices.ts";
import type { StackKey } from "./stack-key.ts";

interface OurLogProps {
  choices: Choices;
  key: StackKey;
  logGroupName?: string;
}

/** A log group that forgets after the chosen days, encrypted with the installation's key. */
export function ourLogGroup(scope: Construct, id: string, props: OurLogProps): LogGroup {
  const { choices, key, logGroupName } = props;
  const retention: RetentionDays = choices.logRetentionDays;
  return new LogGroup(scope, id, {
    retention,
    encryptionKey: key,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(logGroupName ? { logGroupName } : {}),
  });
}

import { Stack, Token, Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Says of one finding of the AwsSolutions rules why it stands. The reason is read by whoever audits the account. */
export function acknowledge(construct: IConstruct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${rule}`, reason });
}

/** A place as findings spell it: by name where the stack knows it, as a reference where it does not. */
export function placeInFindings(construct: IConstruct) {
  const { partition, region, account } = Stack.of(construct);
  const spell = (value: string, reference: string) =>
    Token.isUnresolved(value) ? `<AWS::${reference}>` : value;
  return {
    partition: spell(partition, "Partition"),
    region: spell(region, "Region"),
    account: spell(account, "AccountId"),
  };
}

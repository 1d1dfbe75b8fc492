import { Stack } from "aws-cdk-lib";
import type { EventBus } from "aws-cdk-lib/aws-events";
import { AccountPrincipal, PolicyStatement } from "aws-cdk-lib/aws-iam";

const ruleActions = [
  "events:PutRule",
  "events:DeleteRule",
  "events:DescribeRule",
  "events:DisableRule",
  "events:EnableRule",
  "events:PutTargets",
  "events:RemoveTargets",
  "events:ListTargetsByRule",
  "events:TagResource",
  "events:UntagResource",
  "events:ListTagsForResource",
];

/**
 * Opens the bus: whoever may do so in this account hangs rules of their own on it, and trusted accounts send
 * their own events in. Never one that says it came from us: an alert is fired by this platform alone.
 */
export function openBus(bus: EventBus, trustedAccounts: readonly string[]): void {
  const stack = Stack.of(bus);
  bus.addToResourcePolicy(
    new PolicyStatement({
      sid: "RulesOfThisAccount",
      principals: [new AccountPrincipal(stack.account)],
      actions: ruleActions,
      resources: [
        stack.formatArn({ service: "events", resource: "rule", resourceName: `${bus.eventBusName}/*` }),
      ],
      conditions: { StringEqualsIfExists: { "events:creatorAccount": stack.account } },
    }),
  );
  if (trustedAccounts.length === 0) return;
  bus.addToResourcePolicy(
    new PolicyStatement({
      sid: "EventsOfTrustedAccounts",
      principals: trustedAccounts.map((id) => new AccountPrincipal(id)),
      actions: ["events:PutEvents"],
      resources: [bus.eventBusArn],
      conditions: { StringNotLike: { "events:source": "sentinelops.*" } },
    }),
  );
}

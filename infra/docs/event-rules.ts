import type { EventType } from "../../events/catalog.ts";
import { installationName } from "../installation-name.ts";
import type { EventPattern } from "../topology/row.ts";

/** What a rule of a user's own matches on: this event, and only when it is the platform that says it. */
export function ownRulePattern(type: EventType): EventPattern {
  return { source: [{ prefix: "sentinelops." }], "detail-type": [type] };
}

/** A rule of a user's own for one event, ready to be pasted: the console's pattern, the CLI, the CDK. */
export function ownRule(type: EventType): string[] {
  const pattern = JSON.stringify(ownRulePattern(type));
  const name = type.replaceAll(".", "-");
  return [
    "<details><summary>A rule of your own</summary>",
    "",
    "Console (EventBridge, Rules, this bus, custom pattern):",
    "",
    "```json",
    pattern,
    "```",
    "",
    "CLI:",
    "",
    "```sh",
    `aws events put-rule --event-bus-name ${installationName} --name my-${name} --event-pattern '${pattern}'`,
    `aws events put-targets --event-bus-name ${installationName} --rule my-${name} --targets Id=mine,Arn=<your target's ARN>`,
    "```",
    "",
    "CDK:",
    "",
    "```ts",
    `new Rule(this, "my-${name}", {`,
    `  eventBus: EventBus.fromEventBusName(this, "Facts", "${installationName}"),`,
    `  eventPattern: { source: Match.prefix("sentinelops."), detailType: ["${type}"] },`,
    "  targets: [new LambdaFunction(mine, { retryAttempts: 3, deadLetterQueue })],",
    "});",
    "```",
    "",
    "</details>",
    "",
  ];
}

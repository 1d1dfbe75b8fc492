import { App } from "aws-cdk-lib";
import { z } from "zod";
import { checkRules } from "./installation.ts";
import { ForwardingStack } from "./stacks/forwarding-stack.ts";

const Context = z.object({
  busArn: z
    .string("-c busArn=… is missing: the output BusArn of the installation")
    .regex(/^arn:aws[\w-]*:events:[\w-]+:\d{12}:event-bus\/[\w.-]+$/, "an event bus's ARN"),
  sources: z
    .string()
    .default("aws.cloudwatch,aws.health")
    .transform((list) => list.split(",").filter(Boolean)),
});

/**
 * For another account, with its credentials:
 * `npx cdk deploy --app "node infra/forwarding.ts" -c busArn=<BusArn> -c sources=aws.cloudwatch,aws.health`
 */
const app = new App();
const parsed = Context.safeParse({
  busArn: app.node.tryGetContext("busArn"),
  sources: app.node.tryGetContext("sources"),
});
if (parsed.success) {
  checkRules(app);
  new ForwardingStack(app, "SentinelOps-Forwarding", parsed.data);
  app.synth();
} else {
  console.error(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n"));
  process.exitCode = 1;
}

import { RemovalPolicy, type Stack } from "aws-cdk-lib";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import { EventBus } from "aws-cdk-lib/aws-events";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { Choices } from "../choices.ts";
import { GatewayLogging } from "../constructs/gateway-logging.ts";
import { modelsBucket } from "../constructs/models-bucket.ts";
import type { Platform } from "../constructs/platform.ts";
import { makeRetryableApi } from "../constructs/retryable-api.ts";
import { StackKey } from "../constructs/stack-key.ts";
import { topology } from "../topology/index.ts";
import type { FunctionRow } from "../topology/row.ts";
import { DomainStack } from "./domain-stack.ts";

/** What every region of an installation has: key, bus, topics, and the way in for telemetry. */
export class RegionBase extends Construct {
  readonly key: StackKey;
  readonly bus: EventBus;
  readonly alarms: Topic;
  readonly emailTopic: Topic;
  readonly models: IBucket;
  readonly logging: GatewayLogging;
  readonly retryableApi: RestApi;

  constructor(
    scope: Construct,
    id: string,
    { choices, installation }: { choices: Choices; installation: string },
  ) {
    super(scope, id);
    const kept = choices.removalPolicy === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.key = new StackKey(this, "Key", kept);
    this.bus = new EventBus(this, "Bus", { eventBusName: installation });
    this.alarms = new Topic(this, "Alarms", { enforceSSL: true, masterKey: this.key });
    if (choices.alarmEmail) this.alarms.addSubscription(new EmailSubscription(choices.alarmEmail));
    this.emailTopic = new Topic(this, "Email", { enforceSSL: true, masterKey: this.key });
    this.models = modelsBucket(this, choices);
    this.logging = new GatewayLogging(this, "GatewayLogging");
    this.retryableApi = makeRetryableApi(this, {
      choices,
      key: this.key,
      logging: this.logging,
      alarms: this.alarms,
    });
  }
}

/** A stack below `scope` for each domain that has one of the rows. */
export function makeDomains(scope: Stack, rows: readonly FunctionRow[], platform: Platform): void {
  for (const domain of new Set(rows.map(domainOf))) {
    new DomainStack(scope, domain, { rows: rows.filter((row) => domainOf(row) === domain), platform });
  }
}

/** Paths of the routes behind the retryable API. */
export const retryablePaths: readonly string[] = topology.flatMap(({ trigger }) =>
  trigger.kind === "http" && trigger.gateway === "retryable"
    ? trigger.routes.map((route) => route.slice(route.indexOf(" ") + 1))
    : [],
);

function domainOf({ name }: FunctionRow): string {
  return name.slice(0, name.indexOf("-"));
}

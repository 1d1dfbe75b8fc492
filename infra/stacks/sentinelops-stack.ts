import { CfnOutput, Stack, type StackProps, Tags } from "aws-cdk-lib";
import { EventBus } from "aws-cdk-lib/aws-events";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import { makeHttpApi, makeWebSocketStage } from "../constructs/apis.ts";
import { Dashboard } from "../constructs/dashboard.ts";
import { DomainTable } from "../constructs/domain-table.ts";
import type { Platform } from "../constructs/platform.ts";
import { topology } from "../topology/index.ts";
import { type TableName, tableNames } from "../topology/row.ts";
import { DomainStack } from "./domain-stack.ts";

export interface SentinelOpsProps extends StackProps {
  /** The folder that holds the function's bundled `handler.mjs`. */
  codeOf(functionName: string): string;
  /** The folder Vite built the dashboard into. */
  dashboardDir: string;
  /** Who is mailed when an alarm goes off; without it the topic stands and nobody is subscribed. */
  alarmEmail?: string;
}

/** The whole installation: what keeps state here, and the functions of each domain in a stack below. */
export class SentinelOpsStack extends Stack {
  constructor(scope: Construct, id: string, props: SentinelOpsProps) {
    super(scope, id, { description: "SentinelOps", ...props });
    const httpApi = makeHttpApi(this);
    const webSocket = makeWebSocketStage(this);
    const dashboard = new Dashboard(this, "Dashboard", { httpApi, webSocket, filesDir: props.dashboardDir });
    const alarms = new Topic(this, "Alarms", { enforceSSL: true });
    if (props.alarmEmail) alarms.addSubscription(new EmailSubscription(props.alarmEmail));
    const platform: Platform = {
      tables: Object.fromEntries(
        tableNames.map((name) => [name, new DomainTable(this, `Table-${name}`)]),
      ) as Record<TableName, DomainTable>,
      bus: new EventBus(this, "Bus"),
      httpApi,
      webSocket,
      emailTopic: new Topic(this, "Email", { enforceSSL: true }),
      alarms,
      dashboardUrl: dashboard.url,
      codeOf: props.codeOf,
    };
    for (const domain of new Set(topology.map((row) => domainOf(row.name)))) {
      const rows = topology.filter((row) => domainOf(row.name) === domain);
      new DomainStack(this, domain, { rows, platform });
    }
    Tags.of(this).add("application", "sentinelops");
    new CfnOutput(this, "DashboardUrl", { value: dashboard.url });
    new CfnOutput(this, "IngestUrl", { value: httpApi.apiEndpoint });
    new CfnOutput(this, "TenancyTable", { value: platform.tables.tenancy.tableName });
    new CfnOutput(this, "BusName", { value: platform.bus.eventBusName });
    new CfnOutput(this, "AlarmTopicArn", { value: alarms.topicArn });
  }
}

function domainOf(functionName: string): string {
  return functionName.slice(0, functionName.indexOf("-"));
}

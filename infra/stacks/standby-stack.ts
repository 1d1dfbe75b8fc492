import { CfnOutput, Stack, type StackProps, Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Choices } from "../choices.ts";
import { openBus } from "../constructs/bus-policy.ts";
import { domainTableName } from "../constructs/domain-table.ts";
import { IngestDomain, ingestHostOf } from "../constructs/ingest-domain.ts";
import type { PlacedTable } from "../constructs/platform.ts";
import { type TableName, tableNames } from "../topology/row.ts";
import { standbyRows } from "../topology/standby.ts";
import { makeDomains, RegionBase } from "./region-base.ts";

interface StandbyProps extends StackProps {
  choices: Choices;
  installation: string;
  codeOf(functionName: string): string;
  /** What messages link to. */
  dashboardUrl: string;
}

/** The second region, warm: it works on the replicas of the first's tables as soon as senders come here. */
export class StandbyStack extends Stack {
  constructor(scope: Construct, id: string, props: StandbyProps) {
    super(scope, id, { description: "SentinelOps, standby", ...props });
    const { choices, installation, codeOf, dashboardUrl } = props;
    const { key, bus, alarms, emailTopic, models, retryableApi } = new RegionBase(this, "Base", {
      choices,
      installation,
    });
    openBus(bus, choices.trustedAccounts);
    const tables = Object.fromEntries(
      tableNames.map((name) => {
        const tableName = domainTableName(installation, name);
        const tableArn = this.formatArn({ service: "dynamodb", resource: "table", resourceName: tableName });
        return [name, { tableName, tableArn }];
      }),
    ) as Record<TableName, PlacedTable>;
    makeDomains(this, standbyRows, {
      choices,
      key,
      tables,
      bus,
      retryableApi,
      emailTopic,
      ...(choices.aiSecretArn ? { aiSecretArn: replicaArn(choices.aiSecretArn, this.region) } : {}),
      models,
      alarms,
      dashboardUrl,
      active: choices.activeRegion === "second",
      codeOf,
    });
    const host = ingestHostOf(choices);
    if (host) new IngestDomain(this, "IngestDomain", { choices, api: retryableApi, host, order: "second" });
    Tags.of(this).add("application", "sentinelops");
    new CfnOutput(this, "IngestUrl", { value: retryableApi.url.replace(/\/$/, "") });
    new CfnOutput(this, "AlarmTopicArn", { value: alarms.topicArn });
  }
}

/** A secret's replica in another region has the same name, with the same characters at its end. */
export function replicaArn(secretArn: string, region: string): string {
  return secretArn.replace(/(:secretsmanager:)[^:]+/, `$1${region}`);
}

import { CfnOutput, Stack, type StackProps, Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Choices } from "../choices.ts";
import { makeHttpApi, makeWebSocketStage } from "../constructs/apis.ts";
import { openBus } from "../constructs/bus-policy.ts";
import { Dashboard } from "../constructs/dashboard.ts";
import { DomainTable } from "../constructs/domain-table.ts";
import { emulatedAddresses } from "../constructs/emulated.ts";
import { IngestDomain, ingestHostOf } from "../constructs/ingest-domain.ts";
import type { Platform } from "../constructs/platform.ts";
import { Safeguards } from "../constructs/safeguards.ts";
import { signInPlace } from "../constructs/sign-in.ts";
import { TimestreamTables } from "../constructs/timestream-tables.ts";
import { UserPoolTrigger } from "../constructs/user-pool-trigger.ts";
import { topology } from "../topology/index.ts";
import { type TableName, tableNames } from "../topology/row.ts";
import { makeDomains, RegionBase, retryablePaths } from "./region-base.ts";

export interface SentinelOpsProps extends StackProps {
  choices: Choices;
  /** Names what must be the same in every region: the bus and the tables. */
  installation: string;
  /** The folder that holds the function's bundled `handler.mjs`. */
  codeOf(functionName: string): string;
  /** The folder Vite built the dashboard into. */
  dashboardDir: string;
  /** AWS WAF's web ACL for CloudFront. */
  webAclArn?: string;
}

/** Where people and senders reach an installation. */
interface Addresses {
  dashboardUrl: string;
  realtimeUrl: string;
  ingestUrl: string;
}

/** The whole installation: what keeps state here, and the functions of each domain in a stack below. */
export class SentinelOpsStack extends Stack {
  constructor(scope: Construct, id: string, props: SentinelOpsProps) {
    super(scope, id, { description: "SentinelOps", ...props });
    const { choices, installation, codeOf } = props;
    const base = new RegionBase(this, "Base", { choices, installation });
    const { key, bus, alarms, emailTopic, retryableApi } = base;
    const httpApi = makeHttpApi(this, { choices, key, alarms });
    const webSocket = makeWebSocketStage(this, { choices, key, logging: base.logging });
    const tables = Object.fromEntries(
      tableNames.map((name) => [
        name,
        new DomainTable(this, `Table-${name}`, { installation, name, choices, key }),
      ]),
    ) as Record<TableName, DomainTable>;
    const { dashboardUrl, realtimeUrl, ingestUrl }: Addresses = choices.emulator
      ? emulatedAddresses(choices, { httpApi, webSocket, retryableApi })
      : this.#beyondEmulators(props, { base, httpApi, webSocket, tables });
    const platform: Platform = {
      choices,
      key,
      tables,
      bus,
      retryableApi,
      httpApi,
      webSocket,
      emailTopic,
      ...(choices.aiSecretArn ? { aiSecretArn: choices.aiSecretArn } : {}),
      models: base.models,
      alarms,
      dashboardUrl,
      realtimeUrl,
      active: choices.activeRegion === "first",
      codeOf,
    };
    const triggers = this.#userPoolTriggers(platform);
    const signIn = choices.emulator ? undefined : signInPlace(this, { choices, dashboardUrl, triggers });
    makeDomains(this, topology, { ...platform, ...(signIn ? { signIn } : {}) });
    Tags.of(this).add("application", "sentinelops");
    const outputs = {
      DashboardUrl: dashboardUrl,
      IngestUrl: ingestUrl,
      TenancyTable: tables.tenancy.tableName,
      BusName: bus.eventBusName,
      BusArn: bus.eventBusArn,
      AlarmTopicArn: alarms.topicArn,
      ...(signIn?.userPool ? { UserPoolId: signIn.userPool.id } : {}),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }

  /** What a user pool calls; where people sign in elsewhere nobody does. */
  #userPoolTriggers(platform: Platform): UserPoolTrigger[] {
    return topology.flatMap((row) => {
      const { trigger } = row;
      return trigger.kind === "user-pool"
        ? [new UserPoolTrigger(this, row.name, { row, platform, trigger })]
        : [];
    });
  }

  /** The one place for what AWS emulators lack beside Cognito: CloudFront, Timestream, the bus policy, archive,
   * backup, budget. */
  #beyondEmulators(
    { choices, dashboardDir, webAclArn }: SentinelOpsProps,
    made: {
      base: RegionBase;
      httpApi: ReturnType<typeof makeHttpApi>;
      webSocket: ReturnType<typeof makeWebSocketStage>;
      tables: Record<TableName, DomainTable>;
    },
  ): Addresses {
    const { base, httpApi, webSocket, tables } = made;
    const { key, bus, alarms, retryableApi } = base;
    openBus(bus, choices.trustedAccounts);
    if (choices.metricStore === "timestream") new TimestreamTables(this, "Timestream", { choices, key });
    new Safeguards(this, "Safeguards", { choices, key, tables, bus, alarms });
    const ingestHost = ingestHostOf(choices);
    if (ingestHost)
      new IngestDomain(this, "IngestDomain", {
        choices,
        api: retryableApi,
        host: ingestHost,
        order: "first",
      });
    const dashboard = new Dashboard(this, "Dashboard", {
      choices,
      key,
      httpApi,
      webSocket,
      retryableApi,
      retryablePaths,
      filesDir: dashboardDir,
      ...(ingestHost ? { ingestHost } : {}),
      ...(webAclArn ? { webAclArn } : {}),
    });
    new CfnOutput(this, "CloudFrontName", { value: dashboard.domainName });
    return {
      dashboardUrl: dashboard.url,
      realtimeUrl: `${dashboard.url.replace("https:", "wss:")}/ws`,
      ingestUrl: ingestHost ? `https://${ingestHost}` : dashboard.url,
    };
  }
}

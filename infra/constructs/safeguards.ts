import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { BackupPlan, BackupResource, BackupSelection, BackupVault } from "aws-cdk-lib/aws-backup";
import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import { type EventBus, Match } from "aws-cdk-lib/aws-events";
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { Choices } from "../choices.ts";
import { acknowledge } from "./acknowledge.ts";
import type { PlacedTable } from "./platform.ts";
import type { StackKey } from "./stack-key.ts";

interface SafeguardsProps {
  choices: Choices;
  key: StackKey;
  tables: readonly PlacedTable[];
  bus: EventBus;
  alarms: Topic;
}

/** What stands beside the road: the archive of facts, the daily backup, and the budget. */
export class Safeguards extends Construct {
  constructor(scope: Construct, id: string, props: SafeguardsProps) {
    super(scope, id);
    const { choices, bus } = props;
    bus.archive("Archive", {
      description: "Every fact of the bus, for replay; consumers drop an id they have seen",
      eventPattern: { source: Match.prefix("sentinelops.") },
      retention: Duration.days(choices.eventRetentionDays),
    });
    this.#backUp(props);
    this.#budget(props);
  }

  /** A day's copies for 35 days, in a vault that outlives the stack. */
  #backUp({ choices, key, tables }: SafeguardsProps): void {
    const kept = choices.removalPolicy === "retain";
    const vault = new BackupVault(this, "Vault", {
      encryptionKey: key,
      removalPolicy: kept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      blockRecoveryPointDeletion: kept,
    });
    const role = new Role(this, "BackupRole", {
      assumedBy: new ServicePrincipal("backup.amazonaws.com"),
      managedPolicies: [
        ManagedPolicy.fromAwsManagedPolicyName("service-role/AWSBackupServiceRolePolicyForBackup"),
      ],
    });
    acknowledge(
      role,
      "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup]",
      "AWS keeps the list of calls its backup service makes in this policy; a copy of ours would go stale.",
    );
    const plan = BackupPlan.daily35DayRetention(this, "Daily", vault);
    new BackupSelection(this, "Tables", {
      backupPlan: plan,
      role,
      resources: tables.map((table) => BackupResource.fromArn(table.tableArn)),
    });
  }

  #budget({ choices, alarms }: SafeguardsProps): void {
    alarms.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal("budgets.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [alarms.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": alarms.env.account } },
      }),
    );
    const tell = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
      notification: {
        notificationType,
        threshold,
        thresholdType: "PERCENTAGE",
        comparisonOperator: "GREATER_THAN",
      },
      subscribers: [{ subscriptionType: "SNS", address: alarms.topicArn }],
    });
    const budget = new CfnBudget(this, "Budget", {
      budget: {
        budgetType: "COST",
        timeUnit: "MONTHLY",
        budgetLimit: { amount: choices.monthlyBudgetUsd, unit: "USD" },
        costFilters: { TagKeyValue: ["user:application$sentinelops"] },
      },
      notificationsWithSubscribers: [tell("ACTUAL", 80), tell("FORECASTED", 100)],
    });
    budget.node.addDependency(alarms);
  }
}

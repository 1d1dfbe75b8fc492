import { Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  BackupPlan,
  BackupPlanRule,
  BackupResource,
  BackupSelection,
  BackupVault,
} from "aws-cdk-lib/aws-backup";
import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import { type EventBus, Match, Schedule } from "aws-cdk-lib/aws-events";
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { Choices } from "../choices.ts";
import type { TableName } from "../topology/row.ts";
import { acknowledge } from "./acknowledge.ts";
import type { PlacedTable } from "./platform.ts";
import type { StackKey } from "./stack-key.ts";

/** How often a table is copied; a copy is kept for 35 days. */
type CopyCadence = "daily" | "weekly";

interface SafeguardsProps {
  choices: Choices;
  key: StackKey;
  tables: Readonly<Record<TableName, PlacedTable>>;
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

  /**
   * Copies that are kept for 35 days, in a vault that outlives the stack: of facts each day, of points each week,
   * as a copy of a table is a whole one and a day of points would be paid for 35 times.
   */
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
    const copy = (backupSelectionName: CopyCadence, backupPlan: BackupPlan, copied: PlacedTable[]) =>
      new BackupSelection(backupPlan, "Tables", {
        backupPlan,
        backupSelectionName,
        role,
        resources: copied.map((table) => BackupResource.fromArn(table.tableArn)),
      });
    const { metrics, ...facts } = tables;
    copy("daily", BackupPlan.daily35DayRetention(this, "Daily", vault), Object.values(facts));
    const weekly = new BackupPlan(this, "Weekly", { backupVault: vault });
    weekly.addRule(
      new BackupPlanRule({
        ruleName: "Weekly",
        scheduleExpression: Schedule.cron({ weekDay: "SUN", hour: "5", minute: "0" }),
        deleteAfter: Duration.days(35),
      }),
    );
    copy("weekly", weekly, [metrics]);
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

import { type FunctionRow, type TableName, tableNames } from "../topology/row.ts";
import type { Use } from "./bill.ts";

/** A CloudFormation resource of the installation. */
export interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
}

const monthMinutes = 30 * 24 * 60;
/** Lambda keeps five pollers on a queue; each asks every 20 s. */
const emptyReceivesAMinute = 5 * 3;
/** DynamoDB asks for a table's key again after five minutes, for each function that uses it. */
const tableKeyMinutes = 5;
/** SQS asks for a queue's key again after the hour that the queues are set to. */
const queueKeyMinutes = 60;
/** What an installation that does nothing holds. */
const idleTableGb = 0.05;
const backupsKept = 35;

/** What stands there costs, whoever does nothing with it: counted in the templates. */
export function standingUses(resources: readonly Resource[]): Use[] {
  const ofType = (type: string) => resources.filter((resource) => resource.Type === type);
  const standing = (charge: Use["charge"], by: string, type: string): Use => ({
    charge,
    by,
    quantity: ofType(type).length,
  });
  const mappings = ofType("AWS::Lambda::EventSourceMapping").length;
  const keys = ofType("AWS::KMS::Key").length;
  const backedUp = ofType("AWS::Backup::BackupPlan").length > 0;
  return [
    standing("alarms", "alarms", "AWS::CloudWatch::Alarm"),
    standing("compositeAlarms", "composite alarms", "AWS::CloudWatch::CompositeAlarm"),
    standing("dashboards", "dashboards in CloudWatch", "AWS::CloudWatch::Dashboard"),
    standing("keys", "key of the stack (rotation adds 1 a year, twice)", "AWS::KMS::Key"),
    standing("secrets", "secrets", "AWS::SecretsManager::Secret"),
    standing("webAcls", "firewall", "AWS::WAFv2::WebACL"),
    standing("healthChecks", "failover", "AWS::Route53::HealthCheck"),
    {
      charge: "queueRequests",
      by: `empty receives of the pollers of ${mappings} queues`,
      quantity: mappings * emptyReceivesAMinute * monthMinutes,
    },
    {
      charge: "keyRequests",
      by: "queues' key",
      quantity: keys > 0 ? (mappings * monthMinutes) / queueKeyMinutes : 0,
    },
    { charge: "tableGbMonths", by: "tables", quantity: idleTableGb },
    { charge: "recoveryGbMonths", by: "tables, any minute of 35 days", quantity: idleTableGb },
    {
      charge: "backupGbMonths",
      by: `tables, ${backupsKept} daily copies`,
      quantity: backedUp ? idleTableGb * backupsKept : 0,
    },
  ];
}

/** The tables that AWS Backup copies each day; CDK's ids of them are told by their names. */
export function copiedTables(resources: readonly Resource[]): Set<TableName> {
  const selections = JSON.stringify(resources.filter(({ Type }) => Type === "AWS::Backup::BackupSelection"));
  return new Set(tableNames.filter((name) => selections.includes(`Table${name}`)));
}

/** What the schedules cost in a month when each run uses what `usesOfRun` says. */
export function scheduledUses(
  topology: readonly FunctionRow[],
  usesOfRun: ReadonlyMap<string, readonly Use[]>,
): Use[] {
  return topology.flatMap(({ name, trigger, tables }) => {
    if (trigger.kind !== "schedule") return [];
    const runs = monthMinutes / trigger.everyMinutes;
    const keyRequests =
      (Object.keys(tables).length * monthMinutes) / Math.max(tableKeyMinutes, trigger.everyMinutes);
    const ofRun = usesOfRun.get(name) ?? [];
    return [
      { charge: "scheduledRuns", by: name, quantity: runs } satisfies Use,
      { charge: "keyRequests", by: `tables' key for ${name}`, quantity: keyRequests } satisfies Use,
      ...ofRun.map((use) => ({ ...use, by: nameIn(use.by, name), quantity: use.quantity * runs })),
    ];
  });
}

function nameIn(by: string, name: string): string {
  return by === name ? by : `${name}: ${by}`;
}

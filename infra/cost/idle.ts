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
/** What shared/health/cloud-watch-store.ts asks for at each run. */
const metricsOfQueue = 1;
const metricsOfSchedule = 3;
const metricsOfConsumer = 4;
const listsARun = 3;

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
      by: `tables, ${backupsKept} copies`,
      quantity: backedUp ? idleTableGb * backupsKept : 0,
    },
  ];
}

/** How many copies of a table AWS Backup keeps, by how often it makes one. */
const copiesOf: Readonly<Record<string, number>> = { daily: 35, weekly: 5 };

/** How many whole copies of each table are kept; CDK's ids of them are told by their names. */
export function copiesKept(resources: readonly Resource[]): Map<TableName, number> {
  const kept = new Map<TableName, number>();
  for (const { Type, Properties } of resources) {
    if (Type !== "AWS::Backup::BackupSelection") continue;
    const { SelectionName = "" } = (Properties?.["BackupSelection"] ?? {}) as { SelectionName?: string };
    const text = JSON.stringify(Properties);
    for (const name of tableNames)
      if (text.includes(`Table${name}`)) kept.set(name, copiesOf[SelectionName] ?? 0);
  }
  return kept;
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

/**
 * What platform-watch asks CloudWatch for in a month of idling: of each function that runs all the same, and of
 * each queue, as the pollers move every one.
 */
export function watchUses(topology: readonly FunctionRow[]): Use[] {
  const watch = topology.find(({ name }) => name === "platform-watch");
  if (watch?.trigger.kind !== "schedule") return [];
  const runs = monthMinutes / watch.trigger.everyMinutes;
  const queues = topology.filter(({ trigger }) => trigger.kind === "queue").length;
  const schedules = topology.filter(({ trigger }) => trigger.kind === "schedule").length;
  const consumers = topology.filter(
    ({ trigger }) => trigger.kind === "queue" && trigger.types.includes("metrics.received.v1"),
  ).length;
  const asked = queues * metricsOfQueue + schedules * metricsOfSchedule + consumers * metricsOfConsumer;
  const by = "our own health";
  return [
    { charge: "metricsRead", by, quantity: runs * asked },
    { charge: "metricLists", by, quantity: runs * listsARun },
  ];
}

function nameIn(by: string, name: string): string {
  return by === name ? by : `${name}: ${by}`;
}

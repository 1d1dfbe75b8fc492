import {
  CloudFormationClient,
  paginateListStackResources,
  paginateListStacks,
} from "@aws-sdk/client-cloudformation";
import {
  CloudWatchClient,
  GetMetricDataCommand,
  paginateDescribeAlarms,
  type StateValue,
} from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { topology } from "../topology/index.ts";
import type { FunctionRow } from "../topology/row.ts";
import { openArchive } from "./aws-archive.ts";
import type { AlarmReading, Installation } from "./installation.ts";
import { alarmsIn, placeIn, type StackResource, tableIn } from "./stack-resources.ts";

const clientConfig = { maxAttempts: 4 };
const minuteMs = 60_000;
/** SQS reports each minute and a little late. */
const ageWindowMs = 10 * minuteMs;
const alarmsPerCall = 100;
const queriesPerCall = 500;

/** An installation on AWS, found by its stack's name with the credentials of the shell. */
export async function openAwsInstallation(stackName: string, nowMs: number): Promise<Installation> {
  const cloudFormation = new CloudFormationClient(clientConfig);
  const region = await cloudFormation.config.region();
  const resources = await resourcesOf(cloudFormation, stackName);
  if (resources.length === 0) {
    throw new Error(
      `There is no stack "${stackName}" in ${region}. Say where it is with AWS_REGION or --stack, or add --laptop for the runtime on this machine.`,
    );
  }
  const places = new Map(topology.map((row) => [row.name, placeIn(resources, row)]));
  const placeOf = ({ name }: FunctionRow) => places.get(name) ?? {};
  return {
    title: `${stackName} in ${region}`,
    sqs: new SQSClient(clientConfig),
    placeOf,
    oldestAgesS: (rows) => oldestAgesS(new CloudWatchClient(clientConfig), rows, placeOf, nowMs),
    alarms: (rows) => readAlarms(new CloudWatchClient(clientConfig), resources, rows),
    async openTable(name) {
      const physical = tableIn(resources, name);
      if (!physical) throw new Error(`The stack "${stackName}" has no table for "${name}".`);
      return new TenantTable(makeTableClient(), physical);
    },
    archive: () => openArchive(new EventBridgeClient(clientConfig), resources),
  };
}

/** Everything in the stack, in the stacks nested in it and in those that stand beside it as `<name>-…`. */
async function resourcesOf(client: CloudFormationClient, stackName: string): Promise<StackResource[]> {
  const names: string[] = [];
  for await (const { StackSummaries = [] } of paginateListStacks({ client }, {})) {
    for (const { StackName = "", StackStatus } of StackSummaries) {
      const ours = StackName === stackName || StackName.startsWith(`${stackName}-`);
      if (ours && StackStatus !== "DELETE_COMPLETE") names.push(StackName);
    }
  }
  const resources: StackResource[] = [];
  for (const StackName of names) {
    for await (const page of paginateListStackResources({ client }, { StackName })) {
      for (const one of page.StackResourceSummaries ?? []) {
        resources.push({
          type: one.ResourceType ?? "",
          logicalId: one.LogicalResourceId ?? "",
          physicalId: one.PhysicalResourceId ?? "",
        });
      }
    }
  }
  return resources;
}

async function oldestAgesS(
  client: CloudWatchClient,
  rows: readonly FunctionRow[],
  placeOf: Installation["placeOf"],
  nowMs: number,
): Promise<Map<string, number>> {
  const queries = rows.flatMap((row, i) => {
    const queue = placeOf(row).queueUrl?.split("/").at(-1);
    return queue === undefined ? [] : [{ Id: `age${i}`, Label: row.name, MetricStat: ageOf(queue) }];
  });
  const ages = new Map<string, number>();
  for (let i = 0; i < queries.length; i += queriesPerCall) {
    const { MetricDataResults = [] } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(nowMs - ageWindowMs),
        EndTime: new Date(nowMs),
        ScanBy: "TimestampDescending",
        MetricDataQueries: queries.slice(i, i + queriesPerCall),
      }),
    );
    for (const { Label = "", Values = [] } of MetricDataResults) {
      if (Values[0] !== undefined) ages.set(Label, Values[0]);
    }
  }
  return ages;
}

function ageOf(queueName: string) {
  return {
    Metric: {
      Namespace: "AWS/SQS",
      MetricName: "ApproximateAgeOfOldestMessage",
      Dimensions: [{ Name: "QueueName", Value: queueName }],
    },
    Period: 60,
    Stat: "Maximum",
  };
}

async function readAlarms(
  client: CloudWatchClient,
  resources: readonly StackResource[],
  rows: readonly FunctionRow[],
): Promise<Map<string, AlarmReading[]>> {
  const asked = new Set(rows.map(({ name }) => name));
  const all = alarmsIn(resources, topology).filter(
    ({ functionName }) => functionName === "" || asked.has(functionName),
  );
  const states = new Map<string, StateValue | undefined>();
  for (let i = 0; i < all.length; i += alarmsPerCall) {
    const AlarmNames = all.slice(i, i + alarmsPerCall).map(({ name }) => name);
    const pages = paginateDescribeAlarms(
      { client },
      { AlarmNames, AlarmTypes: ["MetricAlarm", "CompositeAlarm"] },
    );
    for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages) {
      for (const { AlarmName = "", StateValue } of [...MetricAlarms, ...CompositeAlarms]) {
        states.set(AlarmName, StateValue);
      }
    }
  }
  return Map.groupBy(
    all.map(({ functionName, kind, name }) => ({ functionName, kind, state: spell(states.get(name)) })),
    ({ functionName }) => functionName,
  );
}

function spell(state: StateValue | undefined): AlarmReading["state"] {
  if (state === "ALARM") return "alarm";
  return state === "OK" ? "ok" : "no data";
}

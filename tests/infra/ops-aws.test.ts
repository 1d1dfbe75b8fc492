import {
  CloudFormationClient,
  ListStackResourcesCommand,
  ListStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import {
  DescribeArchiveCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  StartReplayCommand,
} from "@aws-sdk/client-eventbridge";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { openAwsInstallation } from "../../infra/ops/aws-installation.ts";
import { nextStep } from "../../infra/ops/next-step.ts";
import { type ReplayOrder, replay } from "../../infra/ops/replay.ts";
import { alarmsIn, placeIn } from "../../infra/ops/stack-resources.ts";
import { readStatus, statusText } from "../../infra/ops/status.ts";
import { topology } from "../../infra/topology/index.ts";
import { alarmKindsOf } from "../../infra/topology/runbook.ts";
import { aTerminal } from "./ops-terminal.ts";
import { synthesize } from "./synth.ts";

const nowMs = Date.parse("2026-05-04T12:00:00Z");
const queueBase = "https://sqs.eu-west-1.amazonaws.com/111122223333";
const busArn = "arn:aws:events:eu-west-1:111122223333:event-bus/SentinelOpsBus1";
const consumer = topology.filter((row) => row.name === "incidents-correlate");

const cloudFormation = mockClient(CloudFormationClient);
const cloudWatch = mockClient(CloudWatchClient);
const eventBridge = mockClient(EventBridgeClient);
const sqs = mockClient(SQSClient);

const summary = (ResourceType: string, LogicalResourceId: string, PhysicalResourceId: string) => ({
  ResourceType,
  LogicalResourceId,
  PhysicalResourceId,
  LastUpdatedTimestamp: new Date(nowMs),
  ResourceStatus: "CREATE_COMPLETE" as const,
});
const stack = (
  StackName: string,
  StackStatus: "UPDATE_COMPLETE" | "DELETE_COMPLETE" = "UPDATE_COMPLETE",
) => ({
  StackName,
  StackStatus,
  CreationTime: new Date(nowMs),
});

beforeEach(() => {
  process.env["AWS_REGION"] = "eu-west-1";
  for (const mock of [cloudFormation, cloudWatch, eventBridge, sqs]) mock.reset();
  cloudFormation
    .on(ListStacksCommand)
    .resolves({ NextToken: "more", StackSummaries: [stack("Another"), stack("SentinelOps")] })
    .on(ListStacksCommand, { NextToken: "more" })
    .resolves({
      StackSummaries: [stack("SentinelOps-incidents-1X"), stack("SentinelOps-old-2Y", "DELETE_COMPLETE")],
    });
  cloudFormation
    .on(ListStackResourcesCommand, { StackName: "SentinelOps" })
    .resolves({
      StackResourceSummaries: [
        summary("AWS::Events::EventBus", "BusEA82B648", "SentinelOpsBus1"),
        summary("AWS::Events::Archive", "Archive0A1B2C3D", "events-30d"),
        summary("AWS::CloudWatch::Alarm", "ApiErrors0A1B2C3D", "SentinelOps-ApiErrors"),
      ],
    })
    .on(ListStackResourcesCommand, { StackName: "SentinelOps-incidents-1X" })
    .resolves({
      StackResourceSummaries: [
        summary("AWS::SQS::Queue", "incidentscorrelateQueue0A1B2C3D", `${queueBase}/work`),
        summary("AWS::SQS::Queue", "incidentscorrelateDeadLetters0A1B2C3D", `${queueBase}/dead`),
        summary("AWS::CloudWatch::Alarm", "incidentscorrelateQueueWaiting0A1B2C3D", "alarm-waiting"),
        summary("AWS::CloudWatch::Alarm", "incidentscorrelateDeadLettersParked0A1B2C3D", "alarm-parked"),
        summary("AWS::CloudWatch::Alarm", "incidentscorrelateFunctionNoRoom0A1B2C3D", "alarm-room"),
        summary("AWS::Logs::LogGroup", "incidentscorrelateFunctionLogs0A1B2C3D", "/logs/correlate"),
        summary("AWS::Events::Rule", "incidentscorrelateRule0A1B2C3D", "SentinelOpsBus1|rule-1"),
      ],
    });
});

describe("what a deployment is made of is found by its rows", () => {
  const resources = Object.values(synthesize())
    .flat()
    .map(({ id, Type }) => ({
      type: Type,
      logicalId: id.slice(id.indexOf("/") + 1),
      physicalId: id,
    }));

  test.each(topology.map((row) => [row.name, row] as const))("%s", (name, row) => {
    const place = placeIn(resources, row);
    const kinds = alarmsIn(resources, topology)
      .filter(({ functionName }) => functionName === name)
      .map(({ kind }) => kind);

    expect(place.queueUrl !== undefined).toBe(row.trigger.kind === "queue");
    expect(place.deadLetterUrl !== undefined).toBe(["queue", "schedule"].includes(row.trigger.kind));
    expect(place.logs).toBeDefined();
    expect(kinds).toEqual(expect.arrayContaining(alarmKindsOf(row.trigger)));
  });
});

describe("status", () => {
  test("reads depths, the oldest message and the alarms of the stack and those under it", async () => {
    const attributes = (ApproximateNumberOfMessages: string) => ({
      Attributes: { ApproximateNumberOfMessages },
    });
    sqs
      .on(GetQueueAttributesCommand, { QueueUrl: `${queueBase}/work` })
      .resolves(attributes("12"))
      .on(GetQueueAttributesCommand, { QueueUrl: `${queueBase}/dead` })
      .resolves(attributes("3"));
    cloudWatch
      .on(GetMetricDataCommand)
      .resolves({ MetricDataResults: [{ Label: "incidents-correlate", Values: [420, 360] }] })
      .on(DescribeAlarmsCommand)
      .resolves({
        MetricAlarms: [
          { AlarmName: "alarm-waiting", StateValue: "ALARM" },
          { AlarmName: "alarm-parked", StateValue: "OK" },
          { AlarmName: "alarm-room", StateValue: "ALARM" },
          { AlarmName: "SentinelOps-ApiErrors", StateValue: "ALARM" },
        ],
      });
    const installation = await openAwsInstallation("SentinelOps", nowMs);

    const status = await readStatus(installation, consumer);

    expect(installation.title).toBe("SentinelOps in eu-west-1");
    expect(status.functions).toMatchObject([
      { waiting: 12, oldestS: 420, parked: 3, alarms: ["waiting", "no room"], state: "alarm" },
    ]);
    expect(status.otherAlarms).toEqual(["ApiErrors"]);
    expect(statusText(status, true)).toMatch(/logs +\/logs\/correlate/);
    const asked = cloudWatch.commandCalls(GetMetricDataCommand)[0]?.args[0].input.MetricDataQueries?.[0];
    expect(asked?.MetricStat?.Metric?.Dimensions).toEqual([{ Name: "QueueName", Value: "work" }]);
    const read = cloudFormation
      .commandCalls(ListStackResourcesCommand)
      .map(({ args }) => args[0].input.StackName);
    expect(read).toEqual(["SentinelOps", "SentinelOps-incidents-1X"]);
  });

  test("a stack that is not there is said with where it was looked for", async () => {
    await expect(openAwsInstallation("Elsewhere", nowMs)).rejects.toThrow(
      /no stack "Elsewhere" in eu-west-1.*--stack.*--laptop/,
    );
  });
});

describe("replay", () => {
  const order: ReplayOrder = {
    fromMs: Date.parse("2026-05-04T08:00:00Z"),
    toMs: Date.parse("2026-05-04T09:00:00Z"),
    only: undefined,
    yes: true,
    wait: true,
    nowMs,
    lookEveryMs: 1,
  };
  const run = async (more: Partial<ReplayOrder>, answer?: "yes" | "no") => {
    const { terminal, text } = aTerminal(answer);
    await replay(await openAwsInstallation("SentinelOps", nowMs), { ...order, ...more }, terminal);
    return text();
  };
  const started = () => eventBridge.commandCalls(StartReplayCommand).map(({ args }) => args[0].input);

  beforeEach(() => {
    eventBridge
      .on(DescribeArchiveCommand, { ArchiveName: "events-30d" })
      .resolves({ ArchiveArn: "arn:archive", EventSourceArn: busArn, RetentionDays: 30 })
      .on(StartReplayCommand)
      .resolves({})
      .on(DescribeReplayCommand)
      .resolvesOnce({ State: "STARTING" })
      .resolvesOnce({ State: "RUNNING", EventLastReplayedTime: new Date("2026-05-04T08:15:00Z") })
      .resolves({ State: "COMPLETED" });
  });

  test("sends the span to the bus it came from, and tells how far it is", async () => {
    const said = await run({});

    expect(started()).toMatchObject([
      {
        EventSourceArn: "arn:archive",
        EventStartTime: new Date(order.fromMs),
        EventEndTime: new Date(order.toMs),
        Destination: { Arn: busArn },
        ReplayName: expect.stringMatching(/^[.\-_A-Za-z0-9]{1,64}$/),
      },
    ]);
    expect(started()[0]?.Destination).not.toHaveProperty("FilterArns");
    expect(said).toMatch(/25 %, up to 2026-05-04T08:15:00\.000Z\nEverything was sent again\./);
  });

  test("--only reaches one consumer's rule and no other", async () => {
    await run({ only: consumer[0], wait: false });

    expect(started()[0]?.Destination?.FilterArns).toEqual([
      "arn:aws:events:eu-west-1:111122223333:rule/SentinelOpsBus1/rule-1",
    ]);
  });

  test("who says no has nothing replayed", async () => {
    expect(await run({ yes: false }, "no")).toMatch(/Nothing was replayed/);
    expect(started()).toEqual([]);
  });

  test("a span from before the archive is refused with its first moment", async () => {
    await expect(run({ fromMs: Date.parse("2026-04-01T00:00:00Z") })).rejects.toThrow(
      /keeps 30 days, so its first event is of 2026-04-04T12:00/,
    );
  });

  test("one that fails says why", async () => {
    eventBridge.on(DescribeReplayCommand).resolves({ State: "FAILED", StateReason: "no bus" });

    await expect(run({})).rejects.toThrow(/ended early: no bus/);
  });

  test("an installation without an archive says so", async () => {
    cloudFormation.on(ListStackResourcesCommand, { StackName: "SentinelOps" }).resolves({});

    await expect(run({})).rejects.toThrow(/keeps no archive/);
  });
});

test.each([
  ["CredentialsProviderError", "nothing found", /no AWS credentials.*aws sso login.*--laptop/],
  ["ExpiredTokenException", "expired", /have run out.*Sign in again/],
  ["Error", "Region is missing", /AWS_REGION/],
])("a %s names the next step", (name, message, advice) => {
  const error = Object.assign(new Error(message), { name });

  expect((nextStep(error, { kind: "aws", stack: "SentinelOps" }) as Error).message).toMatch(advice);
});

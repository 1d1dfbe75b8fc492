import {
  CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  ListMetricsCommand,
} from "@aws-sdk/client-cloudwatch";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import type { Envelope } from "../../events/envelope.ts";
import type { MetricsReceivedV1 } from "../../events/metrics.ts";
import { onTick } from "../../functions/platform-watch/handler.ts";
import type { Services } from "../../functions/platform-watch/services.ts";
import { topology } from "../../infra/topology/index.ts";
import { CloudWatchStore, healthMetrics } from "../../shared/health/index.ts";
import { decodePoints } from "../../shared/metrics/index.ts";
import { aCtx } from "../platform/builders.ts";

const client = new CloudWatchClient({ region: "eu-west-1" });
const cloudWatch = mockClient(client);
const scheduledMs = Date.parse("2026-05-04T08:15:00Z");
const minuteMs = 60_000;

/** Which names moved lately, by namespace and metric. */
function active(namespace: string, metric: string, dimension: string, names: readonly string[]): void {
  cloudWatch.on(ListMetricsCommand, { Namespace: namespace, MetricName: metric }).resolves({
    Metrics: names.map((Value) => ({ Dimensions: [{ Name: dimension, Value }] })),
  });
}

/** CloudWatch's answer, of one value five minutes before the end, by `name metric`. */
function answer(values: Readonly<Record<string, number>>): void {
  cloudWatch
    .on(GetMetricDataCommand)
    .callsFake(({ MetricDataQueries, EndTime }: GetMetricDataCommandInput) => ({
      MetricDataResults: MetricDataQueries?.flatMap(({ Id, MetricStat }) => {
        const { MetricName, Dimensions } = MetricStat?.Metric ?? {};
        const value = values[`${Dimensions?.[0]?.Value} ${MetricName}`];
        const time = new Date((EndTime?.getTime() ?? 0) - 5 * minuteMs);
        return value === undefined ? [] : [{ Id, Timestamps: [time], Values: [value] }];
      }),
    }));
}

async function tick(tenantIds: readonly string[] = ["ten_first", "ten_second"]) {
  const events: Envelope[] = [];
  const services = {
    tenants: { listTenantIds: async () => [...tenantIds] },
    cloudWatch: new CloudWatchStore(client, "SentinelOps", ["notifications-deliver"]),
    redactionSalt: async () => "salt",
    publish: async (more: readonly Envelope[]) => void events.push(...more),
  };
  const ctxFor = (tenantId: string) => ({ ...aCtx(), tenantId, nowMs: scheduledMs });
  await onTick({ scheduledMs, nowMs: scheduledMs, ctxFor }, services as unknown as Services);
  const points = events.flatMap(({ data }) => {
    const batch = decodePoints(Buffer.from((data as MetricsReceivedV1).packed.base64, "base64"));
    return [...batch.values].map((value, i) => {
      const { name, labels } = batch.series[batch.seriesIndex[i] ?? 0] ?? {
        name: "",
        labels: {} as Record<string, string>,
      };
      return { name, of: labels["function"], value, atMs: batch.timesMs[i] };
    });
  });
  return { events, points };
}

beforeEach(() => {
  cloudWatch.reset();
  cloudWatch.on(ListMetricsCommand).resolves({ Metrics: [] });
  cloudWatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [] });
  active("AWS/Lambda", "Invocations", "FunctionName", [
    "SentinelOps-alerts-evaluate",
    "SentinelOps-alerts-api",
    "somebody-elses",
  ]);
  active("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", [
    "SentinelOps-alerts-evaluate",
    "SentinelOps-alerts-evaluate-dlq",
    "somebody-elses",
  ]);
});

describe("what CloudWatch measured of ourselves", () => {
  test("becomes telemetry of the oldest tenant, by the names of our rows", async () => {
    answer({
      "SentinelOps-alerts-evaluate NumberOfMessagesDeleted": 40,
      "SentinelOps-alerts-evaluate ApproximateNumberOfMessagesVisible": 7,
      "SentinelOps-alerts-evaluate ApproximateAgeOfOldestMessage": 412,
      "SentinelOps-alerts-evaluate-dlq ApproximateNumberOfMessagesVisible": 3,
      "SentinelOps-alerts-evaluate Duration": 61.5,
      "SentinelOps-alerts-api Invocations": 12,
    });

    const { events, points } = await tick();

    expect(new Set(events.map(({ tenantId }) => tenantId))).toEqual(new Set(["ten_first"]));
    const atMs = scheduledMs - 5 * minuteMs;
    expect(points.toSorted((a, b) => (a.name + a.of < b.name + b.of ? -1 : 1))).toEqual([
      { name: healthMetrics.durationP95, of: "alerts-evaluate", value: 61.5, atMs },
      { name: healthMetrics.handled, of: "alerts-api", value: 12, atMs },
      { name: healthMetrics.handled, of: "alerts-evaluate", value: 40, atMs },
      { name: healthMetrics.oldestAge, of: "alerts-evaluate", value: 412, atMs },
      { name: healthMetrics.parked, of: "alerts-evaluate", value: 3, atMs },
      { name: healthMetrics.waiting, of: "alerts-evaluate", value: 7, atMs },
    ]);
  });

  test("a crash without a line of its own counts as a failure, and none is counted twice", async () => {
    active("SentinelOps", "failed", "function", ["alerts-evaluate"]);
    answer({
      "SentinelOps-alerts-evaluate Errors": 2,
      "alerts-evaluate failed": 5,
      "SentinelOps-alerts-api Errors": 1,
    });

    const failed = (await tick()).points.filter(({ name }) => name === healthMetrics.failed);

    expect(failed.map(({ of, value }) => [of, value]).sort()).toEqual([
      ["alerts-api", 1],
      ["alerts-evaluate", 5],
    ]);
  });

  test("what a function put off itself does not wait until its time is over", async () => {
    active("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", [
      "SentinelOps-notifications-deliver",
    ]);
    answer({ "SentinelOps-notifications-deliver ApproximateAgeOfOldestMessage": 960 });

    const [age] = (await tick()).points;

    expect(age).toMatchObject({ name: healthMetrics.oldestAge, value: 60 });
    const row = topology.find(({ name }) => name === "platform-watch");
    const puttingOff = topology.filter(({ permissions }) => permissions?.includes("queue:delay-own"));
    expect(row?.env?.["PUTTING_OFF"]).toBe(puttingOff.map(({ name }) => name).join(","));
  });

  test("only what moved is asked for, as each metric asked for is billed", async () => {
    await tick();

    const [call] = cloudWatch.commandCalls(GetMetricDataCommand);
    const names = call?.args[0].input.MetricDataQueries?.map(
      ({ MetricStat }) => MetricStat?.Metric?.Dimensions?.[0]?.Value,
    );
    expect(names).toHaveLength(9);
    expect(names).not.toContain("somebody-elses");
  });

  test("R-30: the same tick twice makes the same events, and the ticks cover all of the time", async () => {
    answer({ "SentinelOps-alerts-api Invocations": 12 });

    const [once, again] = [await tick(), await tick()];

    expect(again.events.map(({ id }) => id)).toEqual(once.events.map(({ id }) => id));
    const row = topology.find(({ name }) => name === "platform-watch");
    const [call] = cloudWatch.commandCalls(GetMetricDataCommand);
    const { StartTime, EndTime } = call?.args[0].input ?? {};
    expect(row?.trigger).toEqual({ kind: "schedule", everyMinutes: 30 });
    expect(Number(EndTime) - Number(StartTime)).toBe(30 * minuteMs);
  });

  test("an installation without a tenant asks for nothing", async () => {
    expect((await tick([])).events).toEqual([]);
    expect(cloudWatch.calls()).toHaveLength(0);
  });
});

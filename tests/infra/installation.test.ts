import { existsSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { topology } from "../../infra/topology/index.ts";
import { descriptionOf, tableNames } from "../../infra/topology/row.ts";
import { alarmKindsOf } from "../../infra/topology/runbook.ts";
import { type Resource, synthesize } from "./synth.ts";

let resources: Resource[];
beforeAll(() => {
  resources = synthesize()["SentinelOps"] ?? [];
});

const ofType = (type: string) => resources.filter((resource) => resource.Type === type);
/** The functions of rows; CDK brings one of its own that uploads the dashboard. */
const lambdas = () =>
  ofType("AWS::Lambda::Function").filter(({ Properties }) => Properties.Handler === "handler.handler");
const logicalId = (reference: { "Fn::GetAtt": [string, string] }) => reference["Fn::GetAtt"][0];
const find = (stack: string, id: string) => resources.find((r) => r.id === `${stack}/${id}`)?.Properties;
const stackOf = (resource: Resource) => resource.id.slice(0, resource.id.indexOf("/"));

describe("functions", () => {
  test("each row of the topology is one Lambda, and back", () => {
    const described = lambdas().map(({ Properties }) => Properties.Description.replace("SentinelOps ", ""));

    expect(described.sort()).toEqual(topology.map((row) => row.name).sort());
  });

  test("S-67: all run on the Node 24 of the laptop, on arm64, with a log group that forgets", () => {
    for (const { Properties } of lambdas()) {
      expect(Properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"] });
      expect(Properties.LoggingConfig.LogGroup).toBeDefined();
      const row = topology.find((one) => descriptionOf(one) === Properties.Description);
      // A tick would be a trace of its own each minute.
      const Mode = row?.trigger.kind === "schedule" ? "PassThrough" : "Active";
      expect(Properties.TracingConfig).toEqual({ Mode });
    }
    for (const { Properties } of ofType("AWS::Logs::LogGroup")) {
      expect(Properties).toMatchObject({ RetentionInDays: 30, KmsKeyId: expect.anything() });
    }
  });

  test("S-67: each has a role of its own", () => {
    const roles = lambdas().map((lambda) => `${stackOf(lambda)}/${logicalId(lambda.Properties.Role)}`);

    expect(new Set(roles).size).toBe(topology.length);
  });

  test("each gets the tables its row names and the bus it publishes on", () => {
    for (const row of topology) {
      const lambda = lambdas().find(({ Properties }) => Properties.Description.endsWith(` ${row.name}`));
      const names = Object.keys(lambda?.Properties.Environment.Variables);

      expect(names.filter((name) => name.startsWith("TABLE_")).sort()).toEqual(
        Object.keys(row.tables)
          .map((name) => `TABLE_${name.toUpperCase()}`)
          .sort(),
      );
      expect(names.includes("BUS_NAME")).toBe(row.publishes.length > 0);
      expect(names.includes("QUEUE_URL")).toBe(row.trigger.kind === "queue");
    }
  });
});

describe("R-07: queues", () => {
  const consumers = topology.filter((row) => row.trigger.kind === "queue");
  const mappings = () => ofType("AWS::Lambda::EventSourceMapping");

  test("every consumer has one, with partial batch responses", () => {
    expect(mappings()).toHaveLength(consumers.length);
    for (const { Properties } of mappings()) {
      expect(Properties.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
    }
  });

  test("visibility ≥ 6 × time-out, maxReceiveCount ≥ 5, and the DLQ keeps longer than the source", () => {
    for (const mapping of mappings()) {
      const stack = stackOf(mapping);
      const lambda = find(stack, mapping.Properties.FunctionName.Ref);
      const queue = find(stack, logicalId(mapping.Properties.EventSourceArn));
      const deadLetters = find(stack, logicalId(queue.RedrivePolicy.deadLetterTargetArn));

      expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(6 * lambda.Timeout);
      expect(queue.RedrivePolicy.maxReceiveCount).toBeGreaterThanOrEqual(5);
      expect(deadLetters.MessageRetentionPeriod).toBeGreaterThan(queue.MessageRetentionPeriod);
    }
  });

  test("S-67: every queue that is no DLQ has one, is encrypted, and takes TLS only", () => {
    const queues = ofType("AWS::SQS::Queue");
    const deadLetters = queues.filter(({ id }) => id.includes("DeadLetters"));
    const sources = queues.filter((queue) => !deadLetters.includes(queue));

    expect(sources).toHaveLength(consumers.length);
    expect(sources.every(({ Properties }) => Properties.RedrivePolicy)).toBe(true);
    expect(queues.every(({ Properties }) => Properties.KmsMasterKeyId)).toBe(true);
    const policies = JSON.stringify(ofType("AWS::SQS::QueuePolicy").map(({ Properties }) => Properties));
    expect(policies.split('"aws:SecureTransport":"false"')).toHaveLength(queues.length + 1);
  });
});

describe("R-08: what nobody waits for is tried again, then parked", () => {
  const isSafe = (target: Record<string, unknown>) => {
    expect(target["RetryPolicy"]).toMatchObject({ MaximumRetryAttempts: expect.any(Number) });
    expect(target["DeadLetterConfig"]).toMatchObject({ Arn: expect.anything() });
  };

  test("every rule's target", () => {
    const rules = ofType("AWS::Events::Rule");

    expect(rules).toHaveLength(topology.filter((row) => row.trigger.kind === "queue").length);
    for (const { Properties } of rules) {
      expect(Properties.Targets).toHaveLength(1);
      isSafe(Properties.Targets[0]);
    }
  });

  test("every schedule's target, and the function it invokes", () => {
    const jobs = topology.filter((row) => row.trigger.kind === "schedule");
    const schedules = ofType("AWS::Scheduler::Schedule");

    expect(schedules).toHaveLength(jobs.length);
    for (const { Properties } of schedules) {
      isSafe(Properties.Target);
      expect(Properties.Target.Input).toContain('"time":"<aws.scheduler.scheduled-time>"');
    }
    const asynchronous = ofType("AWS::Lambda::EventInvokeConfig");
    expect(asynchronous).toHaveLength(jobs.length);
    for (const { Properties } of asynchronous) {
      expect(Properties.DestinationConfig.OnFailure.Destination).toBeDefined();
    }
  });
});

describe("alarms", () => {
  test("S-67: what costs money or reaches outside never runs more often at once than its row allows", () => {
    for (const row of topology.filter(({ maxAtOnce }) => maxAtOnce !== undefined)) {
      const lambda = lambdas().find(({ Properties }) => Properties.Description.endsWith(` ${row.name}`));

      expect(lambda?.Properties.ReservedConcurrentExecutions).toBe(row.maxAtOnce);
    }
  });

  test("each begins with what a user loses, and tells somebody", () => {
    const ofGateways = ["telemetry is refused", "pages of the dashboard do not load"];
    const impacts = [...topology.map((row) => row.impact), ...ofGateways];
    const alarms = ofType("AWS::CloudWatch::Alarm");

    const ofFunctions = topology.flatMap(({ trigger }) => alarmKindsOf(trigger));
    expect(alarms.length).toBeGreaterThanOrEqual(ofFunctions.length + ofGateways.length);
    for (const { Properties } of alarms) {
      expect(impacts.some((impact) => Properties.AlarmDescription.startsWith(impact))).toBe(true);
      const page = /What to do: (docs\/operations\/[\w-]+\.md)/.exec(Properties.AlarmDescription)?.[1] ?? "";
      expect([page, existsSync(page)]).toEqual([expect.stringMatching(/./), true]);
      expect(Properties.AlarmActions).toHaveLength(1);
    }
  });

  test("R-06: every dead-letter queue has one", () => {
    const parked = ofType("AWS::CloudWatch::Alarm").filter(
      ({ Properties }) => Properties.MetricName === "ApproximateNumberOfMessagesVisible",
    );
    const deadLetters = ofType("AWS::SQS::Queue").filter(({ id }) => id.includes("DeadLetters"));

    expect(parked).toHaveLength(deadLetters.length);
  });
});

describe("what keeps state", () => {
  test("S-67: tables can be restored to any minute, forget by TTL, and are not deleted with their stack", () => {
    const tables = ofType("AWS::DynamoDB::GlobalTable");

    expect(tables).toHaveLength(tableNames.length);
    for (const { Properties, DeletionPolicy } of tables) {
      expect(DeletionPolicy).toBe("Retain");
      expect(Properties).toMatchObject({
        BillingMode: "PAY_PER_REQUEST",
        TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
        Replicas: [
          {
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
            SSESpecification: { KMSMasterKeyId: expect.anything() },
          },
        ],
      });
    }
  });

  test("S-68: the dashboard's bucket is private and its pages carry the security headers", () => {
    const [bucket] = ofType("AWS::S3::Bucket");
    const [headers] = ofType("AWS::CloudFront::ResponseHeadersPolicy");
    const security = headers?.Properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig;

    expect(bucket?.Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(bucket?.Properties.VersioningConfiguration.Status).toBe("Enabled");
    expect(ofType("AWS::CloudFront::OriginAccessControl")).toHaveLength(1);
    expect(Object.keys(security)).toEqual(
      expect.arrayContaining(["StrictTransportSecurity", "ContentTypeOptions", "ReferrerPolicy"]),
    );
    expect(security.ContentSecurityPolicy.ContentSecurityPolicy).toMatch(/frame-ancestors 'none'/);
    expect(security.ContentSecurityPolicy.ContentSecurityPolicy).not.toContain("unsafe");
  });
});

test("S-25: the deployed routes are the declared ones", () => {
  const declared = topology.flatMap(({ trigger }) => ("routes" in trigger ? [...trigger.routes] : []));

  // What serves this machine alone has no row at all.
  expect(declared.filter((route) => /\/(local|idp)\b/.test(route))).toEqual([]);

  const deployed = ofType("AWS::ApiGatewayV2::Route").map(({ Properties }) => Properties.RouteKey);

  expect([...deployed, ...retryableRoutes()].sort()).toEqual(declared.map(String).sort());
});

/** The REST API's routes, put together from its tree of paths. */
function retryableRoutes(): string[] {
  const parts = new Map(
    ofType("AWS::ApiGateway::Resource").map(({ id, Properties }) => [id.split("/")[1], Properties]),
  );
  const pathOf = (id: string | undefined): string => {
    const part = parts.get(id);
    return part ? `${pathOf(part.ParentId.Ref)}/${part.PathPart}` : "";
  };
  return ofType("AWS::ApiGateway::Method").map(
    ({ Properties }) => `${Properties.HttpMethod} ${pathOf(Properties.ResourceId.Ref)}`,
  );
}

test("no stack comes near CloudFormation's limit of 500 resources", () => {
  const sizes = new Map<string, number>();
  for (const resource of resources) sizes.set(stackOf(resource), (sizes.get(stackOf(resource)) ?? 0) + 1);

  expect(Math.max(...sizes.values())).toBeLessThan(400);
});

import { beforeAll, describe, expect, test } from "@jest/globals";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { checkRules } from "../../infra/installation.ts";
import { ForwardingStack } from "../../infra/stacks/forwarding-stack.ts";
import { tableNames } from "../../infra/topology/row.ts";
import { everything, type Resource, synthesize } from "./synth.ts";

let stacks: Record<string, Resource[]>;
beforeAll(() => {
  stacks = synthesize(everything);
});

/** Logical ids of the same stack that a resource waits for. */
function waitsFor(resource: Resource): string[] {
  const found = new Set<string>(resource.DependsOn ?? []);
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (value && typeof value === "object") {
      for (const [key, inner] of Object.entries(value)) {
        if (key === "Ref") found.add(String(inner));
        else if (key === "Fn::GetAtt") found.add(String((inner as string[])[0]));
        else visit(inner);
      }
    }
  };
  visit(resource.Properties);
  return [...found];
}

/** A way round that CloudFormation would refuse, or nothing. */
function circleIn(resources: Resource[]): string[] | undefined {
  const byId = new Map(resources.map((resource) => [resource.id, resource]));
  const done = new Set<string>();
  const follow = (id: string, road: string[]): string[] | undefined => {
    if (road.includes(id)) return [...road.slice(road.indexOf(id)), id];
    const resource = byId.get(id);
    if (!resource || done.has(id)) return undefined;
    const stack = id.slice(0, id.indexOf("/"));
    for (const next of waitsFor(resource)) {
      const circle = follow(`${stack}/${next}`, [...road, id]);
      if (circle) return circle;
    }
    done.add(id);
    return undefined;
  };
  for (const id of byId.keys()) {
    const circle = follow(id, []);
    if (circle) return circle;
  }
  return undefined;
}

describe("what CloudFormation would refuse only while it deploys", () => {
  test("no resource waits for itself by a way round", () => {
    for (const resources of Object.values(stacks)) expect(circleIn(resources)).toBeUndefined();
    expect(circleIn([{ id: "s/a", Type: "", Properties: { x: { Ref: "a" } } }])).toEqual(["s/a", "s/a"]);
  });

  test("what must wait for API Gateway's role for logs does", () => {
    const stages = Object.values(stacks)
      .flat()
      .filter(
        ({ Type, Properties }) => /ApiGateway(V2)?::Stage/.test(Type) && Properties.StageName !== "$default",
      );

    expect(stages.length).toBeGreaterThan(1);
    for (const { DependsOn = [] } of stages) expect(DependsOn.join()).toMatch(/GatewayLoggingAccount/);
  });

  test("a table's name and keys are never changed by a choice, which would replace it", () => {
    const shapeOf = (resources: Resource[] = []) =>
      resources
        .filter(({ Type }) => Type === "AWS::DynamoDB::GlobalTable")
        .map(({ id, Properties }) => [id, Properties.TableName, Properties.KeySchema]);

    expect(shapeOf(synthesize()["SentinelOps"])).toEqual(shapeOf(stacks["SentinelOps"]));
  });
});

describe("events of other accounts", () => {
  const statements = () =>
    (stacks["SentinelOps"] ?? [])
      .filter(({ Type }) => Type === "AWS::Events::EventBusPolicy")
      .map(({ Properties }) => Properties.Statement);

  test("only trusted accounts send them, and never as if they were ours", () => {
    const putting = statements().filter(({ Action }) => [Action].flat().includes("events:PutEvents"));

    expect(putting).toHaveLength(1);
    expect(putting[0]).toMatchObject({ Condition: { StringNotLike: { "events:source": "sentinelops.*" } } });
    expect(JSON.stringify(putting[0].Principal)).toContain("210987654321");
  });

  test("the forwarding stack sends the chosen sources, and keeps what it could not send", () => {
    const app = new App({ builtinCloudFormationValidation: false });
    checkRules(app);
    const stack = new ForwardingStack(app, "Forwarding", {
      busArn: "arn:aws:events:eu-west-1:123456789012:event-bus/SentinelOps",
      sources: ["aws.cloudwatch", "aws.health"],
    });

    Template.fromStack(stack).hasResourceProperties("AWS::Events::Rule", {
      EventPattern: { source: [{ prefix: "aws.cloudwatch" }, { prefix: "aws.health" }] },
      Targets: [{ Arn: "arn:aws:events:eu-west-1:123456789012:event-bus/SentinelOps", DeadLetterConfig: {} }],
    });
  });
});

describe("safeguards", () => {
  const only = (type: string) => (stacks["SentinelOps"] ?? []).find(({ Type }) => Type === type)?.Properties;

  test("the bus keeps its own events for the chosen days", () => {
    expect(only("AWS::Events::Archive")).toMatchObject({
      RetentionDays: 30,
      EventPattern: { source: [{ prefix: "sentinelops." }] },
    });
  });

  test("every table is copied daily, that of the points weekly, and all copies are kept for 35 days", () => {
    const all = (type: string) => (stacks["SentinelOps"] ?? []).filter(({ Type }) => Type === type);
    const rules = all("AWS::Backup::BackupPlan").map(
      ({ Properties }) => Properties.BackupPlan.BackupPlanRule[0],
    );
    expect(rules.map(({ Lifecycle }) => Lifecycle)).toEqual([
      { DeleteAfterDays: 35 },
      { DeleteAfterDays: 35 },
    ]);
    expect(rules.map(({ ScheduleExpression }) => ScheduleExpression).join()).toMatch(
      /\* \* \? \*.*\? \* SUN \*/,
    );

    const copied = all("AWS::Backup::BackupSelection").map(({ Properties }) => Properties.BackupSelection);
    expect(copied.map(({ SelectionName, Resources }) => [SelectionName, Resources.length])).toEqual([
      ["daily", tableNames.length - 1],
      ["weekly", 1],
    ]);
    // Each copy is whole: a day of points would be paid for 35 times.
    expect(JSON.stringify(copied[0])).not.toContain("Tablemetrics");
    expect(JSON.stringify(copied[1])).toContain("Tablemetrics");
  });

  test("one in twenty requests for telemetry is traced", () => {
    expect(only("AWS::XRay::SamplingRule").SamplingRule).toMatchObject({
      ...{ FixedRate: 0.05, ReservoirSize: 0, ServiceName: "RetryableApi/in" },
    });
  });

  test("a queue whose messages are put off by their function may hold them for that long unalarmed", () => {
    const limits = (stacks["SentinelOps"] ?? [])
      .filter(
        ({ Type, Properties }) =>
          Type === "AWS::CloudWatch::Alarm" && /has waited/.test(Properties.AlarmDescription),
      )
      .map(({ Properties }) => [
        /for more than/.test(Properties.AlarmDescription) &&
          /notifications-deliver:|analysis-run:/.test(Properties.AlarmDescription),
        Properties.Threshold,
      ]);

    expect(limits.length).toBeGreaterThan(3);
    for (const [putsOff, threshold] of limits) expect(threshold).toBe(putsOff ? 1_200 : 300);
  });

  test("the budget tells at 80 % of what is spent and at 100 % of what is forecast", () => {
    const told = only("AWS::Budgets::Budget").NotificationsWithSubscribers.map(
      ({ Notification }: { Notification: { NotificationType: string; Threshold: number } }) =>
        `${Notification.NotificationType} ${Notification.Threshold}`,
    );

    expect(told).toEqual(["ACTUAL 80", "FORECASTED 100"]);
  });

  test("S-67: topics and the bucket refuse callers without TLS", () => {
    for (const type of ["AWS::SNS::TopicPolicy", "AWS::S3::BucketPolicy"]) {
      const policies = (stacks["SentinelOps"] ?? []).filter(({ Type }) => Type === type);
      expect(policies.length).toBeGreaterThan(0);
      for (const { Properties } of policies) {
        expect(JSON.stringify(Properties)).toContain('"aws:SecureTransport":"false"');
      }
    }
  });
});

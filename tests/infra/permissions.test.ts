import { beforeAll, describe, expect, test } from "@jest/globals";
import { topology } from "../../infra/topology/index.ts";
import { type Resource, synthesize } from "./synth.ts";

let resources: Resource[];
beforeAll(() => {
  resources = synthesize()["SentinelOps"] ?? [];
});

const ofType = (type: string) => resources.filter((resource) => resource.Type === type);
const stackOf = (resource: Resource) => resource.id.slice(0, resource.id.indexOf("/"));

describe("permissions", () => {
  interface Statement {
    Effect: string;
    Action: string | string[];
    Resource: unknown;
  }
  const statements = (): Statement[] =>
    [...ofType("AWS::IAM::Policy"), ...ofType("AWS::IAM::Role")].flatMap(({ Properties }) => [
      ...(Properties.PolicyDocument?.Statement ?? []),
      ...(Properties.Policies ?? []).flatMap(
        (p: { PolicyDocument: { Statement: Statement[] } }) => p.PolicyDocument.Statement,
      ),
    ]);

  test("S-67: no action is allowed on everything, but for those that AWS names no resource for", () => {
    const onEverything = statements().filter(({ Resource }) => [Resource].flat().includes("*"));

    const actions = new Set(onEverything.flatMap(({ Action }) => Action));
    expect([...actions].sort()).toEqual([
      "cloudwatch:GetMetricData",
      "cloudwatch:ListMetrics",
      "timestream:DescribeEndpoints",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ]);
  });

  test("S-67: the key serves functions through the services that hold our data, and for named uses", () => {
    const uses = statements().filter(({ Action }) =>
      [Action].flat().some((action) => action.startsWith("kms:")),
    );

    expect(uses.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
    const ofFunctions = uses.filter(({ Action }) => [Action].flat().includes("kms:ReEncryptTo"));
    expect(ofFunctions).toHaveLength(topology.length);
    expect(JSON.stringify(ofFunctions).split('"kms:ViaService"')).toHaveLength(topology.length + 1);
  });

  test("S-67: no action is a wildcard on a table, the bus or a queue of ours", () => {
    const actions = statements().flatMap(({ Action }) => Action);

    expect(
      actions.filter((action) => /^(dynamodb|events|sqs|sns|\*)/.test(action) && action.includes("*")),
    ).toEqual([]);
  });

  test("no function may scan a table", () => {
    expect(JSON.stringify(statements())).not.toContain("dynamodb:Scan");
  });

  test("a function may put its own events on the bus and no others", () => {
    const allowed = statements().filter(({ Action }) => [Action].flat().includes("events:PutEvents"));

    expect(allowed).toHaveLength(topology.filter((row) => row.publishes.length > 0).length);
    expect(JSON.stringify(allowed)).toContain('"ForAllValues:StringEquals":{"events:detail-type":');
  });

  test("S-04: only the sweeper reads the index that spans tenants", () => {
    const outbox = ofType("AWS::IAM::Policy").filter(({ Properties }) =>
      JSON.stringify(Properties).includes("/index/outbox"),
    );

    expect(outbox.map(stackOf)).toEqual(["platform"]);
  });
});

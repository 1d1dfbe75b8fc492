import { beforeAll, describe, expect, test } from "@jest/globals";
import { tableNames } from "../../infra/topology/row.ts";
import { everything, type Resource, synthesize } from "./synth.ts";

let first: Resource[];
let standby: Resource[];
beforeAll(() => {
  const stacks = synthesize(everything);
  first = stacks["SentinelOps"] ?? [];
  standby = stacks["SentinelOps-Standby"] ?? [];
});
const functionsOf = (resources: Resource[]) =>
  resources
    .filter(({ Properties }) => Properties?.Handler === "handler.handler")
    .map(({ Properties }) => Properties.Description.replace("SentinelOps ", "") as string);
const ofType = (resources: Resource[], type: string) => resources.filter(({ Type }) => Type === type);
const statesOf = (resources: Resource[]) =>
  new Set(ofType(resources, "AWS::Scheduler::Schedule").map(({ Properties }) => Properties.State));

describe("a second region", () => {
  test("has a replica of every table, each restorable to any minute", () => {
    const tables = ofType(first, "AWS::DynamoDB::GlobalTable");

    expect(tables).toHaveLength(tableNames.length);
    for (const { Properties } of tables) {
      expect(Properties.Replicas.map(({ Region }: { Region: string }) => Region).sort()).toEqual([
        "eu-west-1",
        "us-west-2",
      ]);
      for (const { PointInTimeRecoverySpecification } of Properties.Replicas) {
        expect(PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
      }
    }
  });

  test("takes telemetry, alerts, opens incidents and tells people, on the same tables", () => {
    expect(functionsOf(standby).sort()).toEqual([
      "alerts-evaluate",
      "alerts-tick",
      "analysis-explain",
      "analysis-run",
      "anomalies-detect",
      "anomalies-refit",
      "audit-append",
      "incidents-correlate",
      "incidents-note",
      "ingest-api",
      "metrics-compact",
      "metrics-write",
      "notifications-deliver",
      "notifications-dispatch",
      "platform-health",
      "platform-outbox",
      "services-learn",
    ]);
    expect(JSON.stringify(standby)).toContain('"TABLE_ALERTS":"SentinelOps-alerts"');
    expect(ofType(standby, "AWS::DynamoDB::GlobalTable")).toEqual([]);
  });

  test("R-30: schedules run in one region at a time, and activeRegion moves them", () => {
    expect([statesOf(first), statesOf(standby)]).toEqual([new Set(["ENABLED"]), new Set(["DISABLED"])]);

    const moved = synthesize({ ...everything, activeRegion: "second" });
    expect(statesOf(moved["SentinelOps"] ?? [])).toEqual(new Set(["DISABLED"]));
    expect(statesOf(moved["SentinelOps-Standby"] ?? [])).toEqual(new Set(["ENABLED"]));
  });

  test("one name for senders leads to the first region while it is healthy, then to the second", () => {
    const [primary] = ofType(first, "AWS::Route53::RecordSet").filter(
      ({ Properties }) => Properties.Failover,
    );
    const [secondary] = ofType(standby, "AWS::Route53::RecordSet");
    const [check] = ofType(first, "AWS::Route53::HealthCheck");

    expect(primary?.Properties).toMatchObject({ Name: "ingest.ops.example.com.", Failover: "PRIMARY" });
    expect(primary?.Properties.HealthCheckId).toBeDefined();
    expect(secondary?.Properties).toMatchObject({ Name: "ingest.ops.example.com.", Failover: "SECONDARY" });
    expect(check?.Properties.HealthCheckConfig).toMatchObject({
      Type: "HTTPS",
      ResourcePath: "/in/v1/health",
      RequestInterval: 30,
      FailureThreshold: 3,
    });
  });
});

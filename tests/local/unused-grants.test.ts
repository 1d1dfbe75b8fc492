import { expect, test } from "@jest/globals";
import { unusedGrants } from "../../infra/local/unused-grants.ts";
import type { FunctionRow } from "../../infra/topology/row.ts";

const row: FunctionRow = {
  name: "shop-sell",
  trigger: { kind: "schedule", everyMinutes: 5 },
  tables: { alerts: "readWrite", tenancy: "read", incidents: "sweep" },
  publishes: ["alert.fired.v1", "alert.resolved.v1"],
  permissions: ["sns:publish", "timestream:read", "secret:ai"],
  memoryMb: 256,
  timeoutS: 10,
  impact: "nothing is sold",
};
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;
const used = (call: string) => `shop-sell\t${call}`;

test("every entry of a row that no call needed is named", () => {
  expect(unusedGrants([row], [])).toEqual([
    "shop-sell: may write alerts",
    "shop-sell: may read tenancy",
    "shop-sell: may sweep incidents",
    "shop-sell: publishes alert.fired.v1",
    "shop-sell: publishes alert.resolved.v1",
    "shop-sell: has sns:publish",
  ]);
});

test("a right to write that only read is told, and one call is enough for each", () => {
  const calls = [
    used(`dynamodb:GetItem ${arn("dynamodb", "table/alerts")}`),
    used(`dynamodb:Query ${arn("dynamodb", "table/tenancy/index/gsi1")}`),
    used(`events:PutEvents ${arn("events", "event-bus/local")} alert.fired.v1`),
    used("sns:Publish a phone number"),
    used(`dynamodb:Query ${arn("dynamodb", "table/incidents/index/outbox")}`),
    `another-function\tevents:PutEvents ${arn("events", "event-bus/local")} alert.resolved.v1`,
  ];

  expect(unusedGrants([row], calls)).toEqual([
    "shop-sell: may write alerts",
    "shop-sell: publishes alert.resolved.v1",
  ]);
});

import { Stack } from "aws-cdk-lib";
import { type IGrantable, PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import type { FunctionRow, Permission, TableName } from "../topology/row.ts";
import { acknowledge, placeInFindings } from "./acknowledge.ts";
import { dashboardPart, type PlacedTable, type Platform } from "./platform.ts";
import { keyUse } from "./stack-key.ts";

const reading = ["dynamodb:GetItem", "dynamodb:BatchGetItem"];
const writing = ["dynamodb:PutItem", "dynamodb:BatchWriteItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"];

/** Gives a function exactly what its row says: the calls TenantTable makes, on the tables and indexes it names. */
export function grantRow(grantee: IGrantable, row: FunctionRow, platform: Platform): void {
  const allow = (statement: PolicyStatement) => grantee.grantPrincipal.addToPrincipalPolicy(statement);
  for (const [name, access] of Object.entries(row.tables) as [TableName, "read" | "readWrite"][]) {
    const table = platform.tables[name];
    const sweeps = row.permissions?.includes("outbox:sweep");
    for (const statement of tableStatements(table, access, sweeps ? ["gsi1", "outbox"] : ["gsi1"])) {
      allow(statement);
    }
  }
  if (row.publishes.length > 0) {
    allow(
      new PolicyStatement({
        actions: ["events:PutEvents"],
        resources: [platform.bus.eventBusArn],
        conditions: { "ForAllValues:StringEquals": { "events:detail-type": row.publishes } },
      }),
    );
  }
  for (const permission of row.permissions ?? []) {
    for (const statement of permissionStatements(permission, platform)) allow(statement);
  }
  allow(keyStatement(platform));
}

/** Says why the one wildcard stands that a row's grants cannot do without. */
export function acknowledgeGrants(role: Role, row: FunctionRow): void {
  if (!row.permissions?.includes("websocket:send")) return;
  const { partition, region, account } = placeInFindings(role);
  const api = "<referencetoSentinelOpsWebSocketApi3F42A46ARef>";
  acknowledge(
    role,
    `IAM5[Resource::arn:${partition}:execute-api:${region}:${account}:${api}/live/*/@connections/*]`,
    "A connection's id is known only while it is open; the statement names our API and our stage.",
  );
}

/** The key through the services that hold our data, never by itself. */
function keyStatement({ key }: Platform): PolicyStatement {
  const { region } = Stack.of(key);
  const through = ["dynamodb", "sqs", "sns", "timestream"].map((name) => `${name}.${region}.amazonaws.com`);
  return new PolicyStatement({
    actions: keyUse,
    resources: [key.keyArn],
    conditions: { StringEquals: { "kms:ViaService": through } },
  });
}

function tableStatements(
  table: PlacedTable,
  access: "read" | "readWrite",
  indexes: string[],
): PolicyStatement[] {
  const arn = table.tableArn;
  return [
    new PolicyStatement({
      actions: access === "read" ? reading : [...reading, ...writing],
      resources: [arn],
    }),
    new PolicyStatement({
      actions: ["dynamodb:Query"],
      resources: [arn, ...indexes.map((index) => `${arn}/index/${index}`)],
    }),
  ];
}

function permissionStatements(permission: Permission, platform: Platform): PolicyStatement[] {
  const stack = Stack.of(platform.bus);
  const timestream = (action: string) => {
    if (platform.choices.metricStore !== "timestream") return [];
    const table = { service: "timestream", resource: "database", resourceName: "sentinelops/table/metrics" };
    return [
      new PolicyStatement({ actions: [action], resources: [stack.formatArn(table)] }),
      // The SDK looks up its cell first; AWS names no resource for that call.
      new PolicyStatement({ actions: ["timestream:DescribeEndpoints"], resources: ["*"] }),
    ];
  };
  switch (permission) {
    case "websocket:send": {
      const { api, stageName } = dashboardPart(platform.webSocket, "WebSocket API");
      const connections = {
        service: "execute-api",
        resource: api.apiId,
        resourceName: `${stageName}/*/@connections/*`,
      };
      return [
        new PolicyStatement({
          actions: ["execute-api:ManageConnections"],
          resources: [stack.formatArn(connections)],
        }),
      ];
    }
    case "sns:publish":
      return [
        new PolicyStatement({ actions: ["sns:Publish"], resources: [platform.emailTopic.topicArn] }),
        // A phone number has no ARN: everything that is not a topic.
        new PolicyStatement({
          actions: ["sns:Publish"],
          notResources: [stack.formatArn({ service: "sns", region: "*", account: "*", resource: "*" })],
        }),
      ];
    case "sns:subscribe":
      return [new PolicyStatement({ actions: ["sns:Subscribe"], resources: [platform.emailTopic.topicArn] })];
    case "timestream:write":
      return timestream("timestream:WriteRecords");
    case "timestream:read":
      return timestream("timestream:Select");
    case "queue:delay-own":
    case "outbox:sweep":
      // Granted where the queue and the index are.
      return [];
  }
}

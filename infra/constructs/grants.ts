import { Stack } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { FunctionRow, Permission, TableName } from "../topology/row.ts";
import type { Platform } from "./platform.ts";

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
}

function tableStatements(table: TableV2, access: "read" | "readWrite", indexes: string[]): PolicyStatement[] {
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
  const timestream = (action: string) => [
    new PolicyStatement({
      actions: [action],
      resources: [
        stack.formatArn({ service: "timestream", resource: "database", resourceName: "sentinelops/table/*" }),
      ],
    }),
    // The SDK looks up its cell first; AWS names no resource for that call.
    new PolicyStatement({ actions: ["timestream:DescribeEndpoints"], resources: ["*"] }),
  ];
  switch (permission) {
    case "websocket:send":
      return [
        new PolicyStatement({
          actions: ["execute-api:ManageConnections"],
          resources: [
            stack.formatArn({
              service: "execute-api",
              resource: platform.webSocket.api.apiId,
              resourceName: `${platform.webSocket.stageName}/*/@connections/*`,
            }),
          ],
        }),
      ];
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

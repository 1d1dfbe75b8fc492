import type { EventType } from "../../events/catalog.ts";
import type { FunctionRow, Permission, TableAccess, TableName } from "./row.ts";

/** What a call reaches, by the part it plays in an installation; who grants it knows its ARN. */
export type Reach =
  | { kind: "table"; table: TableName; index?: "gsi1" | "outbox" }
  | { kind: "bus" }
  | { kind: "email-topic" }
  /** A phone number has no ARN. */
  | { kind: "phone" }
  /** The function's own queue. */
  | { kind: "queue" }
  /** Open connections of the WebSocket API. */
  | { kind: "connections" }
  /** The points in Timestream. */
  | { kind: "points" }
  /** The installation's user pool, and the secret of another provider; an installation has one of the two. */
  | { kind: "user-pool" }
  | { kind: "sign-in-secret" }
  /** The AI provider's secret; an installation may have none. */
  | { kind: "ai-secret" }
  /** Objects in the bucket of models. */
  | { kind: "models" }
  /** For a call that names no resource. */
  | { kind: "any" };

export interface Statement {
  /** IAM's names, like dynamodb:PutItem. */
  actions: readonly string[];
  on: readonly Reach[];
  /** Only for events of these types. */
  detailTypes?: readonly EventType[];
}

const reading = ["dynamodb:GetItem", "dynamodb:BatchGetItem"];
const counting = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];
const appending = ["dynamodb:PutItem"];
const writing = ["dynamodb:PutItem", "dynamodb:BatchWriteItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"];
/** Whose items have a second order, in gsi1. */
const listed: readonly TableName[] = [
  "tenancy",
  "alerts",
  "incidents",
  "notifications",
  "deployments",
  "audit",
  "anomalies",
];

/** Everything a function may ask of AWS, from its row alone: the CDK grants it, the laptop holds it to it. */
export function allowedActions(row: FunctionRow): Statement[] {
  const { publishes, permissions = [] } = row;
  const tables = Object.entries(row.tables) as [TableName, TableAccess][];
  return [
    ...tables.flatMap(([table, access]) => ofTable(table, access)),
    ...(publishes.length > 0
      ? [{ actions: ["events:PutEvents"], on: [{ kind: "bus" } as const], detailTypes: publishes }]
      : []),
    ...permissions.flatMap(ofPermission),
  ];
}

/** The calls TenantTable makes. */
function ofTable(table: TableName, access: TableAccess): Statement[] {
  const whole: Reach = { kind: "table", table };
  if (access === "get") return [{ actions: reading, on: [whole] }];
  if (access === "count") return [{ actions: counting, on: [whole] }];
  if (access === "sweep") {
    return [
      { actions: ["dynamodb:Query"], on: [{ ...whole, index: "outbox" }] },
      { actions: ["dynamodb:UpdateItem"], on: [whole] },
    ];
  }
  const orders: Reach[] = listed.includes(table) ? [whole, { ...whole, index: "gsi1" }] : [whole];
  return [
    { actions: [...reading, ...writesOf(access)], on: [whole] },
    { actions: ["dynamodb:Query"], on: orders },
  ];
}

function writesOf(access: Exclude<TableAccess, "sweep" | "count" | "get">): readonly string[] {
  switch (access) {
    case "read":
      return [];
    case "append":
      return appending;
    case "readWrite":
      return writing;
  }
}

function ofPermission(permission: Permission): Statement[] {
  // Timestream's SDK looks up its cell first.
  const lookUp: Statement = { actions: ["timestream:DescribeEndpoints"], on: [{ kind: "any" }] };
  switch (permission) {
    case "websocket:send":
      return [{ actions: ["execute-api:ManageConnections"], on: [{ kind: "connections" }] }];
    case "sns:publish":
      return [
        { actions: ["sns:Publish"], on: [{ kind: "email-topic" }] },
        { actions: ["sns:Publish"], on: [{ kind: "phone" }] },
      ];
    case "sns:subscribe":
      return [{ actions: ["sns:Subscribe"], on: [{ kind: "email-topic" }] }];
    case "timestream:write":
      return [{ actions: ["timestream:WriteRecords"], on: [{ kind: "points" }] }, lookUp];
    case "timestream:read":
      return [{ actions: ["timestream:Select"], on: [{ kind: "points" }] }, lookUp];
    case "cloudwatch:read":
      return [{ actions: ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"], on: [{ kind: "any" }] }];
    case "secret:ai":
      return [{ actions: ["secretsmanager:GetSecretValue"], on: [{ kind: "ai-secret" }] }];
    case "queue:delay-own":
      return [{ actions: ["sqs:SendMessage"], on: [{ kind: "queue" }] }];
    case "sign-in:secret":
      return [{ actions: ["secretsmanager:GetSecretValue"], on: [{ kind: "sign-in-secret" }] }];
    case "sign-in:invite":
      return [{ actions: ["cognito-idp:AdminCreateUser"], on: [{ kind: "user-pool" }] }];
    case "sign-in:end":
      return [{ actions: ["cognito-idp:AdminUserGlobalSignOut"], on: [{ kind: "user-pool" }] }];
    case "models:read":
      return [{ actions: ["s3:GetObject"], on: [{ kind: "models" }] }];
    case "models:write":
      return [{ actions: ["s3:PutObject"], on: [{ kind: "models" }] }];
  }
}

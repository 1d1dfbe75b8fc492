import { Names, Stack } from "aws-cdk-lib";
import { type IGrantable, PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { allowedActions, type Reach } from "../topology/allowed-actions.ts";
import type { FunctionRow } from "../topology/row.ts";
import { acknowledge, placeInFindings } from "./acknowledge.ts";
import { dashboardPart, type Platform } from "./platform.ts";
import { keyUse } from "./stack-key.ts";

/** Gives a function exactly what its row says. What it may do with its own queue waits until that is made. */
export function grantRow(grantee: IGrantable, row: FunctionRow, platform: Platform): void {
  const usesPoints = platform.choices.metricStore === "timestream";
  for (const { actions, on, detailTypes } of allowedActions(row)) {
    if (actions.some((action) => action.startsWith("timestream:")) && !usesPoints) continue;
    if (on.some(({ kind }) => kind === "queue" || !isThere(kind, platform))) continue;
    const conditions = detailTypes && {
      "ForAllValues:StringEquals": { "events:detail-type": detailTypes },
    };
    // A phone number has no ARN: everything that is not a topic.
    const where = on.some(({ kind }) => kind === "phone")
      ? { notResources: [anyTopic(platform)] }
      : { resources: on.map((reach) => arnOf(reach, platform)) };
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: [...actions], ...where, ...(conditions ? { conditions } : {}) }),
    );
  }
  grantee.grantPrincipal.addToPrincipalPolicy(keyStatement(platform));
}

/** The rest of the row: what it may do with its own queue. */
export function grantOwnQueue(grantee: IGrantable, row: FunctionRow, queue: IQueue): void {
  for (const { actions, on } of allowedActions(row)) {
    if (!on.some(({ kind }) => kind === "queue")) continue;
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: [...actions], resources: [queue.queueArn] }),
    );
  }
}

/** And what it may do with the user pool that calls it. */
export function userPoolStatements(row: FunctionRow, userPoolArn: string): PolicyStatement[] {
  return allowedActions(row)
    .filter(({ on }) => on.some(({ kind }) => kind === "user-pool"))
    .map(({ actions }) => new PolicyStatement({ actions: [...actions], resources: [userPoolArn] }));
}

/** Says why the wildcards stand that a row's grants cannot do without. */
export function acknowledgeGrants(role: Role, row: FunctionRow, { models }: Platform): void {
  if (row.permissions?.some((permission) => permission.startsWith("models:"))) {
    const made = models.node.defaultChild;
    const objects = made
      ? `<referenceto${Names.nodeUniqueId(made.node)}Arn>/*`
      : `arn:${placeInFindings(role).partition}:s3:::${models.bucketName}/*`;
    acknowledge(
      role,
      `IAM5[Resource::${objects}]`,
      "A model's key holds its tenant, service and version; the statement names our bucket.",
    );
  }
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

function arnOf(reach: Reach, platform: Platform): string {
  const stack = Stack.of(platform.bus);
  switch (reach.kind) {
    case "table": {
      const { tableArn } = platform.tables[reach.table];
      return reach.index === undefined ? tableArn : `${tableArn}/index/${reach.index}`;
    }
    case "bus":
      return platform.bus.eventBusArn;
    case "email-topic":
      return platform.emailTopic.topicArn;
    case "connections": {
      const { api, stageName } = dashboardPart(platform.webSocket, "WebSocket API");
      return stack.formatArn({
        service: "execute-api",
        resource: api.apiId,
        resourceName: `${stageName}/*/@connections/*`,
      });
    }
    case "points":
      return stack.formatArn({
        service: "timestream",
        resource: "database",
        resourceName: "sentinelops/table/metrics",
      });
    case "models":
      return platform.models.arnForObjects("*");
    case "any":
      return "*";
    case "user-pool":
      return platform.signIn?.userPool?.arn ?? nowhere(reach);
    case "sign-in-secret":
      return platform.signIn?.secretArn ?? nowhere(reach);
    case "ai-secret":
      return platform.aiSecretArn ?? nowhere(reach);
    case "phone":
    case "queue":
      return nowhere(reach);
  }
}

function nowhere({ kind }: Reach): never {
  throw new TypeError(`A ${kind} has no ARN here.`);
}

/** An installation has a user pool, or another provider's secret, or neither; and perhaps an AI provider's. */
function isThere(kind: Reach["kind"], { signIn, aiSecretArn }: Platform): boolean {
  if (kind === "ai-secret") return aiSecretArn !== undefined;
  if (kind === "user-pool") return signIn?.userPool !== undefined;
  if (kind === "sign-in-secret") return signIn?.secretArn !== undefined;
  return true;
}

function anyTopic({ bus }: Platform): string {
  return Stack.of(bus).formatArn({ service: "sns", region: "*", account: "*", resource: "*" });
}

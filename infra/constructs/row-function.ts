import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { FunctionRow } from "../topology/row.ts";
import { grantRow } from "./grants.ts";
import { impactAlarm } from "./impact-alarm.ts";
import type { Platform } from "./platform.ts";

export interface RowProps {
  row: FunctionRow;
  platform: Platform;
}

/**
 * The Lambda of a row: its code, a role of its own with the row's grants, a log group that forgets after a
 * month, and an alarm for crashes and time-outs.
 */
export class RowFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, { row, platform }: RowProps) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `What ${row.name} may do`,
    });
    logGroup.grantWrite(role);
    super(scope, id, {
      description: `SentinelOps ${row.name}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(platform.codeOf(row.name)),
      handler: "handler.handler",
      memorySize: row.memoryMb,
      timeout: Duration.seconds(row.timeoutS),
      environment: environmentOf(row, platform),
      logGroup,
      role,
    });
    grantRow(this, row, platform);
    impactAlarm(this, "Crashes", {
      platform,
      row,
      metric: this.metricErrors({ period: Duration.minutes(5) }),
      above: 0,
      seen: "it crashed or ran out of time in the last 5 minutes",
    });
  }
}

/** The settings that services.ts reads; QUEUE_URL is added where the queue is made. */
function environmentOf(row: FunctionRow, platform: Platform): Record<string, string> {
  const tables = Object.keys(row.tables).map((name) => {
    const table = platform.tables[name as keyof typeof platform.tables];
    return [`TABLE_${name.toUpperCase()}`, table.tableName];
  });
  return {
    ...Object.fromEntries(tables),
    ...(row.publishes.length > 0 ? { BUS_NAME: platform.bus.eventBusName } : {}),
    ...(row.permissions?.includes("websocket:send")
      ? { WEBSOCKET_ENDPOINT: platform.webSocket.callbackUrl }
      : {}),
    ...(row.permissions?.some((permission) => permission.startsWith("sns:"))
      ? { ALERTS_EMAIL_TOPIC_ARN: platform.emailTopic.topicArn }
      : {}),
    DASHBOARD_URL: platform.dashboardUrl,
    REALTIME_URL: `${platform.dashboardUrl.replace("https:", "wss:")}/ws`,
    ...row.env,
  };
}

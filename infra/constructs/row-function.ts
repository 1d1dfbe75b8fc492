import { Duration } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Alias,
  Architecture,
  Code,
  type IFunction,
  type IVersion,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { functionNameOf } from "../topology/resource-names.ts";
import { descriptionOf, type FunctionRow, type TableName, takesLimits } from "../topology/row.ts";
import { acknowledge } from "./acknowledge.ts";
import { emulatedSettings } from "./emulated.ts";
import { acknowledgeGrants, grantRow } from "./grants.ts";
import { alarmKindsOf } from "../topology/runbook.ts";
import { impactAlarm } from "./impact-alarm.ts";
import { ourLogGroup } from "./log-group.ts";
import { dashboardPart, type Platform } from "./platform.ts";

export interface RowProps {
  row: FunctionRow;
  platform: Platform;
}

/**
 * The Lambda of a row: its code, a role of its own with the row's grants, a log group that forgets, traces, and
 * alarms for crashes, time-outs and calls that found no room.
 */
export class RowFunction extends LambdaFunction {
  /** What a gateway calls: the function, or its instances kept warm. */
  readonly entry: IFunction;

  constructor(scope: Construct, id: string, { row, platform }: RowProps) {
    const { choices, key } = platform;
    const logGroup = ourLogGroup(scope, `${id}Logs`, { choices, key });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `What ${row.name} may do`,
    });
    logGroup.grantWrite(role);
    const reserved = choices.reservedConcurrency ? row.maxAtOnce : undefined;
    super(scope, id, {
      functionName: functionNameOf(row),
      description: descriptionOf(row),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(platform.codeOf(row.name)),
      handler: "handler.handler",
      memorySize: row.memoryMb,
      timeout: Duration.seconds(row.timeoutS),
      environment: environmentOf(row, platform),
      // A tick has no caller to belong to: each would be a trace of its own, of one span.
      tracing: row.trigger.kind === "schedule" ? Tracing.PASS_THROUGH : Tracing.ACTIVE,
      logGroup,
      role,
      ...(reserved === undefined ? {} : { reservedConcurrentExecutions: reserved }),
    });
    grantRow(this, row, platform);
    acknowledge(
      role,
      "IAM5[Resource::*]",
      "X-Ray, Timestream's DescribeEndpoints and CloudWatch's metrics name no resource; every other statement does.",
    );
    acknowledgeGrants(role, row, platform);
    this.entry = this.#entry(row, platform);
    this.#watch(row, platform, reserved);
  }

  #entry(row: FunctionRow, { choices }: Platform): IFunction {
    if (choices.provisionedConcurrency === 0 || row.trigger.kind !== "http") return this;
    // CDK's own types disagree here under exactOptionalPropertyTypes.
    return new Alias(this, "Warm", {
      aliasName: "warm",
      version: this.currentVersion as IVersion,
      provisionedConcurrentExecutions: choices.provisionedConcurrency,
    }) as IFunction;
  }

  #watch(row: FunctionRow, platform: Platform, reserved: number | undefined): void {
    const period = Duration.minutes(5);
    if (alarmKindsOf(row.trigger).includes("crashes")) {
      impactAlarm(this, "Crashes", {
        platform,
        row,
        kind: "crashes",
        metric: this.metricErrors({ period }),
        above: 0,
        seen: "it crashed or ran out of time in the last 5 minutes",
      });
    }
    if (reserved === undefined) return;
    impactAlarm(this, "NoRoom", {
      platform,
      row,
      kind: "no room",
      metric: this.metricThrottles({ period }),
      above: 0,
      seen: `more than the ${reserved} at once that are reserved for it were wanted`,
    });
  }
}

/** The settings that services.ts reads; QUEUE_URL is added where the queue is made. */
function environmentOf(row: FunctionRow, platform: Platform): Record<string, string> {
  const { choices, tables } = platform;
  const names = Object.keys(row.tables) as TableName[];
  const has = (prefix: string) => row.permissions?.some((permission) => permission.startsWith(prefix));
  return {
    ...Object.fromEntries(names.map((name) => [`TABLE_${name.toUpperCase()}`, tables[name].tableName])),
    ...(row.publishes.length > 0 ? { BUS_NAME: platform.bus.eventBusName } : {}),
    ...(row.tables.metrics
      ? { METRIC_STORE: choices.metricStore, METRIC_RETENTION_DAYS: String(choices.metricRetentionDays) }
      : {}),
    ...(takesLimits(row) ? { LIMITS: choices.limits } : {}),
    ...(has("websocket:")
      ? { WEBSOCKET_ENDPOINT: dashboardPart(platform.webSocket, "WebSocket API").callbackUrl }
      : {}),
    ...(has("sns:") ? { ALERTS_EMAIL_TOPIC_ARN: platform.emailTopic.topicArn } : {}),
    ...(has("secret:ai") && platform.aiSecretArn ? { AI_SECRET_ARN: platform.aiSecretArn } : {}),
    ...(has("models:") ? { MODELS_BUCKET: platform.models.bucketName } : {}),
    DASHBOARD_URL: platform.dashboardUrl,
    ...(has("sign-in:") ? signInSettings(platform) : {}),
    ...(platform.realtimeUrl ? { REALTIME_URL: platform.realtimeUrl } : {}),
    ...row.env,
    ...emulatedSettings(row, platform),
  };
}

function signInSettings({ signIn }: Platform): Record<string, string> {
  if (!signIn) return {};
  const { issuer, clientId, secretArn, userPool, trustsEmail } = signIn;
  return {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: clientId,
    ...(secretArn ? { OIDC_SECRET_ARN: secretArn } : {}),
    ...(trustsEmail ? { OIDC_TRUSTS_EMAIL: "1" } : {}),
    ...(userPool ? { USER_POOL_ID: userPool.id } : {}),
  };
}

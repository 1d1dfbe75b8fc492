import { Duration, Stack } from "aws-cdk-lib";
import {
  EndpointType,
  LogGroupLogDestination,
  MethodLoggingLevel,
  ResponseType,
  RestApi,
} from "aws-cdk-lib/aws-apigateway";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { CfnSamplingRule } from "aws-cdk-lib/aws-xray";
import type { Construct } from "constructs";
import type { Choices } from "../choices.ts";
import { installationName } from "../installation-name.ts";
import { acknowledge } from "./acknowledge.ts";
import { accessLogFormat, throttle } from "./apis.ts";
import type { GatewayLogging } from "./gateway-logging.ts";
import { alarm } from "./impact-alarm.ts";
import { ourLogGroup } from "./log-group.ts";
import type { StackKey } from "./stack-key.ts";

/** The stage, and so the first part of every path below the API's own address. */
export const retryableStage = "in";

interface RetryableApiProps {
  choices: Choices;
  key: StackKey;
  logging: GatewayLogging;
  alarms: Topic;
}

/**
 * The API before senders that lose what is answered 429 or 500. An HTTP API answers 429 when it throttles and
 * 500 when its function could not run, and nothing changes that: CloudFront's functions do not see errors, and
 * its error pages know no 429. A REST API's own answers can be chosen, so all of them are 503 with Retry-After.
 */
export function makeRetryableApi(scope: Construct, props: RetryableApiProps): RestApi {
  const { choices, key, logging, alarms } = props;
  const api = new RestApi(scope, "RetryableApi", {
    description: "SentinelOps: telemetry in",
    endpointTypes: [EndpointType.REGIONAL],
    binaryMediaTypes: ["*/*"],
    cloudWatchRole: false,
    deployOptions: {
      stageName: retryableStage,
      tracingEnabled: true,
      throttlingRateLimit: throttle.rateLimit,
      throttlingBurstLimit: throttle.burstLimit,
      loggingLevel: MethodLoggingLevel.ERROR,
      accessLogDestination: new LogGroupLogDestination(
        ourLogGroup(scope, "RetryableAccess", { choices, key }),
      ),
      accessLogFormat: accessLogFormat("$context.httpMethod $context.resourcePath", "$context.path"),
    },
  });
  const errors = ourLogGroup(scope, "RetryableErrors", {
    choices,
    key,
    logGroupName: `API-Gateway-Execution-Logs_${api.restApiId}/${retryableStage}`,
  });
  api.deploymentStage.node.addDependency(logging, errors);
  if (!choices.emulator) sampleTraces(scope, api);
  answerRetryably(api);
  // A store that fails makes the function answer 503 without failing itself, so only the gateway can tell.
  alarm(scope, "TelemetryRefused", {
    impact: "telemetry is refused; senders keep it and try again",
    seen: "the gateway answered 5xx more than five times in 5 minutes",
    metric: api.metricServerError({ period: Duration.minutes(5), statistic: "Sum" }),
    page: "docs/operations/alarms.md#an-alarm-of-no-function",
    above: 5,
    tells: alarms,
  });
  acknowledge(
    api,
    "APIG2",
    "Bodies are protobuf, gzip or JSON of many shapes; the function checks them byte by byte.",
  );
  acknowledge(
    api.deploymentStage,
    "APIG3",
    "A web ACL costs more than the rest of an idle installation; the choice waf puts one before CloudFront.",
  );
  return api;
}

/** `<id>.execute-api.<region>.<suffix>`, without waiting for the API's deployment. */
export function hostOf(api: RestApi): string {
  const { region, urlSuffix } = Stack.of(api);
  return `${api.restApiId}.execute-api.${region}.${urlSuffix}`;
}

function answerRetryably(api: RestApi): void {
  const body = JSON.stringify({ code: 14, message: "Not available just now; try again." });
  for (const type of [ResponseType.THROTTLED, ResponseType.QUOTA_EXCEEDED, ResponseType.DEFAULT_5XX]) {
    api.addGatewayResponse(`Retry-${type.responseType}`, {
      type,
      statusCode: "503",
      responseHeaders: { "Retry-After": "'5'", "Cache-Control": "'no-store'" },
      templates: { "application/json": body },
    });
  }
  // A REST API says 403 "Missing Authentication Token" of a path it does not know.
  api.addGatewayResponse("UnknownPath", {
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    statusCode: "404",
  });
}

/**
 * Of the requests to the API, one in twenty is traced, and its function follows: Lambda takes a caller's decision
 * over, and where there is none traces one a second, which nothing can change.
 */
function sampleTraces(scope: Construct, api: RestApi): void {
  new CfnSamplingRule(scope, "SamplingRule", {
    samplingRule: {
      ruleName: `${installationName}-telemetry`,
      version: 1,
      priority: 100,
      fixedRate: 0.05,
      reservoirSize: 0,
      serviceType: "AWS::ApiGateway::Stage",
      serviceName: `${api.restApiName}/${retryableStage}`,
      host: "*",
      httpMethod: "*",
      urlPath: "*",
      resourceArn: "*",
    },
  });
}

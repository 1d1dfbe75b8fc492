import { Duration } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  HttpApi,
  HttpStage,
  LogGroupLogDestination,
  WebSocketApi,
  WebSocketStage,
} from "aws-cdk-lib/aws-apigatewayv2";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { Choices } from "../choices.ts";
import type { GatewayLogging } from "./gateway-logging.ts";
import { alarm } from "./impact-alarm.ts";
import { ourLogGroup } from "./log-group.ts";
import type { StackKey } from "./stack-key.ts";

/** Bounds the bill and protects the tables. */
export const throttle = { rateLimit: 2_000, burstLimit: 4_000 };

/** Without the query: a sign-in link's token stands there. */
export const accessLogFormat = (route: string, requestPath = "") =>
  AccessLogFormat.custom(
    JSON.stringify({
      requestId: "$context.requestId",
      time: "$context.requestTime",
      sourceIp: "$context.identity.sourceIp",
      route,
      ...(requestPath ? { path: requestPath } : {}),
      status: "$context.status",
      latencyMs: "$context.responseLatency",
      integrationError: "$context.integrationErrorMessage",
    }),
  );

interface ApiProps {
  choices: Choices;
  key: StackKey;
}

/** The dashboard's API. Over its throttle it answers 429, which browsers and our client understand. */
export function makeHttpApi(scope: Construct, props: ApiProps & { alarms: Topic }): HttpApi {
  const api = new HttpApi(scope, "HttpApi", { createDefaultStage: false });
  new HttpStage(scope, "HttpStage", {
    httpApi: api,
    stageName: "$default",
    autoDeploy: true,
    throttle,
    accessLogSettings: {
      destination: new LogGroupLogDestination(ourLogGroup(scope, "HttpAccess", props)),
      format: accessLogFormat("$context.routeKey", "$context.path"),
    },
  });
  alarm(scope, "DashboardRefused", {
    impact: "pages of the dashboard do not load or do not save",
    seen: "the HTTP API answered 5xx more than five times in 5 minutes",
    metric: api.metricServerError({ period: Duration.minutes(5), statistic: "Sum" }),
    page: "docs/operations/alarms.md#an-alarm-of-no-function",
    above: 5,
    tells: props.alarms,
  });
  return api;
}

export function makeWebSocketStage(
  scope: Construct,
  props: ApiProps & { logging: GatewayLogging },
): WebSocketStage {
  const stage = new WebSocketStage(scope, "WebSocketStage", {
    webSocketApi: new WebSocketApi(scope, "WebSocketApi", {
      routeSelectionExpression: "$request.body.action",
    }),
    stageName: "live",
    autoDeploy: true,
    throttle,
    accessLogSettings: {
      destination: new LogGroupLogDestination(ourLogGroup(scope, "WebSocketAccess", props)),
      format: accessLogFormat("$context.routeKey"),
    },
  });
  stage.node.addDependency(props.logging);
  return stage;
}

import { RemovalPolicy } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  HttpApi,
  HttpStage,
  LogGroupLogDestination,
  WebSocketApi,
  WebSocketStage,
} from "aws-cdk-lib/aws-apigatewayv2";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

/** Bounds the bill and protects the tables; a sender over it is told 429 by the gateway and tries again. */
const throttle = { rateLimit: 2_000, burstLimit: 4_000 };

/** Without the query: a sign-in link's token stands there. */
const accessLogFormat = (requestPath: string) =>
  AccessLogFormat.custom(
    JSON.stringify({
      requestId: "$context.requestId",
      time: "$context.requestTime",
      sourceIp: "$context.identity.sourceIp",
      route: "$context.routeKey",
      ...(requestPath ? { path: requestPath } : {}),
      status: "$context.status",
      latencyMs: "$context.responseLatency",
      integrationError: "$context.integrationErrorMessage",
    }),
  );

export function makeHttpApi(scope: Construct): HttpApi {
  const api = new HttpApi(scope, "HttpApi", { createDefaultStage: false });
  new HttpStage(scope, "HttpStage", {
    httpApi: api,
    stageName: "$default",
    autoDeploy: true,
    throttle,
    accessLogSettings: {
      destination: new LogGroupLogDestination(accessLog(scope, "HttpAccess")),
      format: accessLogFormat("$context.path"),
    },
  });
  return api;
}

export function makeWebSocketStage(scope: Construct): WebSocketStage {
  return new WebSocketStage(scope, "WebSocketStage", {
    webSocketApi: new WebSocketApi(scope, "WebSocketApi", {
      routeSelectionExpression: "$request.body.action",
    }),
    stageName: "live",
    autoDeploy: true,
    throttle,
    accessLogSettings: {
      destination: new LogGroupLogDestination(accessLog(scope, "WebSocketAccess")),
      format: accessLogFormat(""),
    },
  });
}

function accessLog(scope: Construct, id: string): LogGroup {
  return new LogGroup(scope, id, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

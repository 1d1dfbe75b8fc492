import { WebSocketRoute } from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Construct } from "constructs";
import type { Trigger } from "../topology/row.ts";
import { acknowledge } from "./acknowledge.ts";
import { ownAuthorization } from "./http-routes.ts";
import { dashboardPart } from "./platform.ts";
import { RowFunction, type RowProps } from "./row-function.ts";

interface WebSocketRoutesProps extends RowProps {
  trigger: Extract<Trigger, { kind: "websocket" }>;
}

/** A function behind routes of the WebSocket API; it refuses a `$connect` without a credential itself. */
export class WebSocketRoutes extends Construct {
  constructor(scope: Construct, id: string, { row, platform, trigger }: WebSocketRoutesProps) {
    super(scope, id);
    const { entry } = new RowFunction(this, "Function", { row, platform });
    const integration = new WebSocketLambdaIntegration("Integration", entry);
    const webSocketApi = dashboardPart(platform.webSocket, "WebSocket API").api;
    for (const routeKey of trigger.routes) {
      const route = new WebSocketRoute(this, routeKey, { webSocketApi, routeKey, integration });
      acknowledge(route, "APIG4", ownAuthorization);
    }
  }
}

import { type HttpMethod, HttpRoute, HttpRouteKey } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Construct } from "constructs";
import type { Trigger } from "../topology/row.ts";
import { RowFunction, type RowProps } from "./row-function.ts";

interface HttpRoutesProps extends RowProps {
  trigger: Extract<Trigger, { kind: "http" }>;
}

/** A function behind routes of the HTTP API (payload version 2.0); the function itself checks the credential. */
export class HttpRoutes extends Construct {
  constructor(scope: Construct, id: string, { row, platform, trigger }: HttpRoutesProps) {
    super(scope, id);
    const server = new RowFunction(this, "Function", { row, platform });
    const integration = new HttpLambdaIntegration("Integration", server, { scopePermissionToRoute: false });
    for (const key of trigger.routes) {
      const [method, path = ""] = key.split(" ");
      new HttpRoute(this, key, {
        httpApi: platform.httpApi,
        integration,
        routeKey: HttpRouteKey.with(path, method as HttpMethod),
      });
    }
  }
}

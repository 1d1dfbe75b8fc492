import { type HttpMethod, HttpRoute, HttpRouteKey } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Construct } from "constructs";
import type { Trigger } from "../topology/row.ts";
import { acknowledge } from "./acknowledge.ts";
import { dashboardPart } from "./platform.ts";
import { RowFunction, type RowProps } from "./row-function.ts";

interface HttpRoutesProps extends RowProps {
  trigger: Extract<Trigger, { kind: "http" }>;
}

export const ownAuthorization =
  "The function checks key or session itself, by the one table of routes and scopes, and answers as its protocol says.";

/** A function behind routes of the HTTP API (payload version 2.0); the function itself checks the credential. */
export class HttpRoutes extends Construct {
  constructor(scope: Construct, id: string, { row, platform, trigger }: HttpRoutesProps) {
    super(scope, id);
    const { entry } = new RowFunction(this, "Function", { row, platform });
    const integration = new HttpLambdaIntegration("Integration", entry, { scopePermissionToRoute: false });
    for (const key of trigger.routes) {
      const [method, path = ""] = key.split(" ");
      const route = new HttpRoute(this, key, {
        httpApi: dashboardPart(platform.httpApi, "HTTP API"),
        integration,
        routeKey: HttpRouteKey.with(path, method as HttpMethod),
      });
      acknowledge(route, "APIG4", ownAuthorization);
    }
  }
}

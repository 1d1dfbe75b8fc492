import { Stack } from "aws-cdk-lib";
import { Integration, IntegrationType, type RestApi } from "aws-cdk-lib/aws-apigateway";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { Trigger } from "../topology/row.ts";
import { acknowledge } from "./acknowledge.ts";
import { ownAuthorization } from "./http-routes.ts";
import { RowFunction, type RowProps } from "./row-function.ts";

interface RetryableRoutesProps extends RowProps {
  trigger: Extract<Trigger, { kind: "http" }>;
}

/** A function behind routes of the API whose own answers senders try again. */
export class RetryableRoutes extends Construct {
  constructor(scope: Construct, id: string, { row, platform, trigger }: RetryableRoutesProps) {
    super(scope, id);
    const { entry } = new RowFunction(this, "Function", { row, platform });
    const integration = invocationOf(entry);
    for (const key of trigger.routes) {
      const [method = "", path = ""] = key.split(" ");
      const route = platform.retryableApi.root.resourceForPath(path).addMethod(method, integration);
      acknowledge(route, "APIG4", ownAuthorization);
      acknowledge(route, "COG4", ownAuthorization);
      entry.addPermission(key, {
        principal: new ServicePrincipal("apigateway.amazonaws.com"),
        sourceArn: arnOf(platform.retryableApi, method, path),
      });
    }
  }
}

/** CDK's own LambdaIntegration names the stage in its permission, and the stage waits for these very routes. */
function invocationOf(entry: IFunction): Integration {
  const { partition, region } = Stack.of(entry);
  return new Integration({
    type: IntegrationType.AWS_PROXY,
    integrationHttpMethod: "POST",
    uri: `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${entry.functionArn}/invocations`,
  });
}

function arnOf(api: RestApi, method: string, path: string): string {
  return Stack.of(api).formatArn({
    service: "execute-api",
    resource: api.restApiId,
    resourceName: `*/${method}${path}`,
  });
}

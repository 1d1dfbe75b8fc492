import type { HttpApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { EventBus } from "aws-cdk-lib/aws-events";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { TableName } from "../topology/row.ts";

/** What every function of the installation hangs on. */
export interface Platform {
  tables: Readonly<Record<TableName, TableV2>>;
  bus: EventBus;
  httpApi: HttpApi;
  webSocket: WebSocketStage;
  /** E-mail to people leaves here; each subscription filters for its own address. */
  emailTopic: Topic;
  /** Where alarms about the platform itself go. */
  alarms: Topic;
  /** `https://…`, without a slash at the end. */
  dashboardUrl: string;
  /** The folder that holds the function's bundled `handler.mjs`. */
  codeOf(functionName: string): string;
}

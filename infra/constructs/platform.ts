import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { HttpApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import type { EventBus } from "aws-cdk-lib/aws-events";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Choices } from "../choices.ts";
import type { TableName } from "../topology/row.ts";
import type { StackKey } from "./stack-key.ts";

/** A table by name and ARN, whether this stack made it or another region's did. */
export interface PlacedTable {
  tableName: string;
  tableArn: string;
}

/** Where people sign in. */
export interface SignInPlace {
  issuer: string;
  clientId: string;
  /** Secrets Manager has what the provider knows this client by; a client without one has PKCE alone. */
  secretArn?: string;
  /** The installation's own user pool, where there is one. */
  userPool?: { id: string; arn: string };
  /** Its people are the installation's own, so their addresses need no further word. */
  trustsEmail: boolean;
}

/** What every function of the installation hangs on. */
export interface Platform {
  choices: Choices;
  key: StackKey;
  tables: Readonly<Record<TableName, PlacedTable>>;
  bus: EventBus;
  /** Before senders that lose what is answered 429 or 500. */
  retryableApi: RestApi;
  /** Everything below is the dashboard's; a standby has none of it. */
  httpApi?: HttpApi;
  webSocket?: WebSocketStage;
  /** Nobody can sign in but by a link where it is left out. */
  signIn?: SignInPlace;
  /** E-mail to people leaves here; each subscription filters for its own address. */
  emailTopic: Topic;
  /** In this region; a standby reads its replica. */
  aiSecretArn?: string;
  /** Models that functions fit and ask. */
  models: IBucket;
  /** Where alarms about the platform itself go. */
  alarms: Topic;
  /** `https://…`, without a slash at the end. */
  dashboardUrl: string;
  /** `wss://…`: where a dashboard listens. */
  realtimeUrl?: string;
  /** Whether schedules run in this region. */
  active: boolean;
  /** The folder that holds the function's bundled `handler.mjs`. */
  codeOf(functionName: string): string;
}

/** Throws where a stack without the dashboard's part is given a row that needs it. */
export function dashboardPart<T>(part: T | undefined, name: string): T {
  if (part === undefined) throw new Error(`This stack has no ${name}; its rows must not ask for one.`);
  return part;
}

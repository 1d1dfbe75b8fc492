import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { HttpApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import type { ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import type { Choices } from "../choices.ts";
import type { FunctionRow } from "../topology/row.ts";
import { retryableStage } from "./retryable-api.ts";

/**
 * The one place for what is told otherwise on an AWS emulator, for the deployment test. Its APIs are asked by
 * path, as their own host names lead nowhere, and its functions may reach one private far end.
 */
const addressOf = (choices: Choices, apiId: string, stage: string) =>
  `${choices.emulatorUrl}/_aws/execute-api/${apiId}${stage}`;

interface EmulatedApis {
  httpApi: HttpApi;
  webSocket: WebSocketStage;
  retryableApi: RestApi;
}

/** Where people and senders reach an installation on an emulator. */
export function emulatedAddresses(choices: Choices, apis: EmulatedApis) {
  const { httpApi, webSocket, retryableApi } = apis;
  return {
    dashboardUrl: addressOf(choices, httpApi.apiId, ""),
    realtimeUrl: addressOf(choices, webSocket.api.apiId, `/${webSocket.stageName}`).replace(/^http/, "ws"),
    ingestUrl: addressOf(choices, retryableApi.restApiId, `/${retryableStage}`),
  };
}

/** Settings of a function that an emulator changes; none on AWS. */
export function emulatedSettings(
  row: FunctionRow,
  { choices, webSocket }: { choices: Choices; webSocket?: WebSocketStage },
): Record<string, string> {
  if (!choices.emulator) return {};
  const sends = row.permissions?.includes("websocket:send") && webSocket;
  return {
    ...(sends
      ? { WEBSOCKET_ENDPOINT: addressOf(choices, webSocket.api.apiId, `/${webSocket.stageName}`) }
      : {}),
    ...(row.env && "OUTBOUND_ALLOW" in row.env && choices.emulatorReaches
      ? { OUTBOUND_ALLOW: choices.emulatorReaches }
      : {}),
  };
}

/** What a schedule sends: an emulator sends this form by itself, and would not fill in a moment of ours. */
export function emulatedInput(
  input: ScheduleTargetInput,
  { emulator }: Choices,
): { input?: ScheduleTargetInput } {
  return emulator ? {} : { input };
}

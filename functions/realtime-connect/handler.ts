import {
  type ClientMessage,
  type Connecting,
  websocketDoor,
} from "../../shared/platform/lambda/websocket-door.ts";
import { admitConnection } from "../../shared/realtime/admit-connection.ts";
import { answerClient } from "../../shared/realtime/answer-client.ts";
import { type Services, services } from "./services.ts";

export async function onConnect(
  { connectionId, request, nowMs }: Connecting,
  services: Services,
): Promise<void> {
  await admitConnection(connectionId, request, nowMs, services);
}

export async function onMessage(
  { connectionId, text, nowMs }: ClientMessage,
  services: Services,
): Promise<void> {
  await answerClient(connectionId, text, nowMs, services);
}

export async function onDisconnect(connectionId: string, { connections }: Services): Promise<void> {
  const connection = await connections.find(connectionId);
  if (connection) await connections.forget(connection);
}

export const handler = websocketDoor({
  services,
  connect: onConnect,
  message: onMessage,
  disconnect: onDisconnect,
});

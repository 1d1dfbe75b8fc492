import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";

/** Longer than any healthy hand-over; a stuck one must not hold up the others. */
const timeoutMs = 2_000;

/** Sends JSON texts to connections of a WebSocket API and hangs up on them. */
export function makeWebSocketSender(client: ApiGatewayManagementApiClient) {
  return {
    async send(connectionId: string, message: unknown): Promise<"sent" | "gone"> {
      const command = new PostToConnectionCommand({
        ConnectionId: connectionId,
        Data: Buffer.from(JSON.stringify(message)),
      });
      try {
        await client.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) });
        return "sent";
      } catch (error) {
        if (error instanceof GoneException) return "gone";
        throw error;
      }
    },

    async close(connectionId: string): Promise<void> {
      try {
        await client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }), {
          abortSignal: AbortSignal.timeout(timeoutMs),
        });
      } catch (error) {
        if (!(error instanceof GoneException)) throw error;
      }
    },
  };
}

export function makeWebSocketClient(endpoint: string): ApiGatewayManagementApiClient {
  return new ApiGatewayManagementApiClient({ endpoint, maxAttempts: 2 });
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface WebServer {
  server: Server;
  port: number;
  url: string;
  /** From now on requests are served; until then they are asked to come again. */
  open(serve: Serve): void;
  /** Takes no more connections and returns when the requests in hand are answered. */
  close(): Promise<void>;
}

/** The runtime's one public door, on 127.0.0.1 only. Throws when the port is taken. */
export async function listen(port: number): Promise<WebServer> {
  let serve: Serve = async (_request, response) => {
    response.writeHead(503, { "retry-after": "1" }).end();
  };
  const server = createServer((request, response) => serve(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? new Error(portTaken(port), { cause: error }) : error),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  const taken = (server.address() as AddressInfo).port;
  return {
    server,
    port: taken,
    url: `http://127.0.0.1:${taken}`,
    open(them) {
      serve = them;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function portTaken(port: number): string {
  return `Port ${port} is taken by another program. Stop that one, or choose a port with PORT=${port + 1} npm start.`;
}

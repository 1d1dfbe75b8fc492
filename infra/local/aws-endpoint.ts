import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsFault } from "./aws-fault.ts";
import type { Caller } from "./callers.ts";

/** One AWS service, or one part of it, behind the functions' single endpoint. */
export interface AwsService {
  accepts(request: IncomingMessage): boolean;
  /** Authorizes the caller as soon as it knows what is asked for. */
  serve(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> | void;
}

/**
 * The endpoint every AWS client of every function is pointed at (tables excepted), on a loopback port of its
 * own. The first service that accepts a request answers it.
 */
export async function openAwsEndpoint(
  callerOf: (request: IncomingMessage) => Caller | undefined,
  onError: (error: unknown) => void,
) {
  let services: readonly AwsService[] = [];
  const server = createServer(async (request, response) => {
    const caller = callerOf(request);
    if (!caller) {
      response.writeHead(403).end();
      return;
    }
    try {
      const service = services.find((candidate) => candidate.accepts(request));
      if (!service) throw new AwsFault("UnknownOperationException", "Nothing here serves this call.", 404);
      await service.serve(request, response, caller);
    } catch (error) {
      if (!(error instanceof AwsFault)) onError(error);
      answerFault(request, response, error);
    }
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    use(them: readonly AwsService[]): void {
      services = them;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** SNS still speaks the Query protocol: forms in, XML out. */
export function isQuery(request: IncomingMessage): boolean {
  return (request.headers["content-type"] ?? "").includes("x-www-form-urlencoded");
}

/** As the AWS JSON protocols answer. */
export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
}

function answerFault(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const { code, status, message } =
    error instanceof AwsFault
      ? error
      : { code: "InternalFailure", status: 500, message: error instanceof Error ? error.message : "unknown" };
  if (response.headersSent) return void response.destroy();
  if (isQuery(request)) {
    // SNS has a name of its own for it.
    const [name, as] = code === "AccessDeniedException" ? ["AuthorizationError", 403] : [code, status];
    const fault = `<Error><Type>Sender</Type><Code>${name}</Code><Message>${message}</Message></Error>`;
    response.writeHead(as, { "content-type": "text/xml" }).end(`<ErrorResponse>${fault}</ErrorResponse>`);
    return;
  }
  response.setHeader("x-amzn-errortype", code);
  answerJson(response, status, { __type: code, message });
}

import { request as ask, createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Envelope } from "../../events/envelope.ts";
import { topology } from "../../infra/topology/index.ts";
import type { FunctionRow } from "../../infra/topology/row.ts";
import type { Runtime } from "./runtime.ts";

export interface BusTap {
  /** What sends every function's events past the tap; for `startRuntime`. */
  rowChanges: Record<string, Partial<FunctionRow>>;
  /** Where they go from there. */
  leadTo(runtime: Runtime): void;
  /** Every event that was handed to the bus, in order. */
  events: Envelope[];
  stop(): Promise<void>;
}

/** Stands between the functions and the bus of a runtime, and keeps a copy of everything they publish. */
export async function tapBus(): Promise<BusTap> {
  const events: Envelope[] = [];
  let bus = "";
  const server = createServer(async (request, response) => {
    const body = await bytesOf(request);
    const { Entries } = JSON.parse(body.toString("utf8")) as { Entries: { Detail: string }[] };
    events.push(...Entries.map(({ Detail }) => JSON.parse(Detail) as Envelope));
    const { method, url = "/", headers } = request;
    ask(new URL(url, bus), { method, headers }, async (answer) => {
      const bytes = await bytesOf(answer);
      response.writeHead(answer.statusCode ?? 502, answer.headers).end(bytes);
    })
      .on("error", () => response.destroy())
      .end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    rowChanges: Object.fromEntries(
      topology
        .filter(({ publishes }) => publishes.length > 0)
        .map(({ name, env }) => [name, { env: { ...env, AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint } }]),
    ),
    leadTo: ({ awsEnv }) => {
      bus = awsEnv["AWS_ENDPOINT_URL"] ?? "";
    },
    events,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

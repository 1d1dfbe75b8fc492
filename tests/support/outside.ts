import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What the outside world does with one request: answer, say nothing for ever, or hang up after reading it. */
export type Reaction =
  | { status: number; headers?: Record<string, string>; body?: string }
  | { status: number; redirectTo: string }
  | "hang"
  | "cut";

export interface OutsideRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  atMs: number;
}

export interface Outside {
  url: string;
  /** `127.0.0.1:<port>`, as an allow-list wants it. */
  host: string;
  requests: OutsideRequest[];
  /** Those that asked for this path. */
  received(path: string): OutsideRequest[];
  /** TCP connections it ever took. */
  connections(): number;
  /** The next requests get these in turn; after the last, `otherwise` (200 "ok"). */
  script(reactions: readonly Reaction[], otherwise?: Reaction): void;
  /** Resolves when `count` requests have come; rejects after `withinMs`. */
  waitFor(count: number, withinMs?: number): Promise<OutsideRequest[]>;
  stop(): Promise<void>;
}

const ok: Reaction = { status: 200, body: "ok" };

/** A scripted HTTP server on loopback that stands for Slack, a webhook's receiver or any other far end. */
export async function startOutside(host = "127.0.0.1"): Promise<Outside> {
  const requests: OutsideRequest[] = [];
  const waiting = new Set<() => void>();
  let plan: Reaction[] = [];
  let last = ok;
  let connections = 0;

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      requests.push({
        method: request.method ?? "",
        path: request.url ?? "",
        headers: Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        ),
        body: Buffer.concat(chunks).toString("utf8"),
        atMs: Date.now(),
      });
      for (const check of waiting) check();
      const reaction = plan.shift() ?? last;
      if (reaction === "hang") return;
      if (reaction === "cut") return void request.socket.destroy();
      if ("redirectTo" in reaction) {
        response.writeHead(reaction.status, { location: reaction.redirectTo }).end();
      } else response.writeHead(reaction.status, reaction.headers).end(reaction.body);
    });
  });
  server.on("connection", () => connections++);
  await new Promise<void>((listening) => server.listen(0, host, listening));
  const { port } = server.address() as AddressInfo;
  const authority = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

  return {
    url: `http://${authority}`,
    host: authority,
    requests,
    received: (path) => requests.filter((request) => request.path === path),
    connections: () => connections,
    script(reactions, otherwise = ok) {
      plan = [...reactions];
      last = otherwise;
    },
    waitFor: (count, withinMs = 10_000) =>
      new Promise((done, failed) => {
        const late = setTimeout(() => {
          waiting.delete(check);
          failed(new Error(`${requests.length} of ${count} requests came within ${withinMs} ms`));
        }, withinMs);
        const check = () => {
          if (requests.length < count) return;
          clearTimeout(late);
          waiting.delete(check);
          done(requests);
        };
        waiting.add(check);
        check();
      }),
    stop: () => closed(server),
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}

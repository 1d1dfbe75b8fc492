import type { IncomingMessage } from "node:http";

const names = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Why a request must not be served, or undefined. A page elsewhere can make a browser ask this laptop: by a
 * name that resolves here (its Host gives it away) or by a form or socket (its Origin does).
 */
export function foreignRefusal(request: IncomingMessage, port: number): string | undefined {
  const hosts = names.map((name) => `${name}:${port}`);
  const { host, origin } = request.headers;
  if (!hosts.includes((host ?? "").toLowerCase())) {
    return `This runtime answers to ${hosts.join(", ")} only.`;
  }
  const reads = (request.method === "GET" || request.method === "HEAD") && !request.headers.upgrade;
  if (reads || origin === undefined) return undefined;
  if (hosts.some((own) => origin.toLowerCase() === `http://${own}`)) return undefined;
  return "Pages of other origins may not write here.";
}

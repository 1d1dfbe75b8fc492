import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";

export const webDist = join(import.meta.dirname, "../../../web/dist");

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The strictest policy the dashboard has to live with. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** The built dashboard; any path that is no file is a page of it. */
export async function sendStatic(path: string, response: ServerResponse): Promise<void> {
  const file = extname(path) === "" ? "/index.html" : normalize(path);
  const bytes = await readFile(join(webDist, file)).catch(() => undefined);
  response.writeHead(bytes ? 200 : 404, {
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "content-security-policy": contentSecurityPolicy,
  });
  response.end(bytes);
}

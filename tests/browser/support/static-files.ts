import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { contentSecurityPolicy } from "../../../infra/constructs/security-headers.ts";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The built dashboard under the policy it is delivered with; any path that is no file is a page of it. */
export async function sendStatic(folder: string, path: string, response: ServerResponse): Promise<void> {
  const file = extname(path) === "" ? "/index.html" : normalize(path);
  const bytes = await readFile(join(folder, file)).catch(() => undefined);
  response.writeHead(bytes ? 200 : 404, {
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "content-security-policy": contentSecurityPolicy,
  });
  response.end(bytes);
}

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, resolve, sep } from "node:path";
import { contentSecurityPolicy } from "../../constructs/security-headers.ts";
import { pathOf } from "./payload.ts";
import { securityHeaders } from "./security-headers.ts";

const contentTypes: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
};

/** What is the platform's own, as CloudFront routes it: an unknown address there is no page. */
const notPages = /^\/(api|v1|session|local|ws)(\/|$)/;

/**
 * Serves the built dashboard as CloudFront does: files by name, index.html for every other page address.
 * Answers false where there is nothing to serve.
 */
export function makeDashboardFiles(folder: string) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    const path = pathOf(request.url ?? "/");
    if (notPages.test(path)) return false;
    const file =
      (await fileAt(folder, path)) ??
      (extname(path) === "" ? await fileAt(folder, "/index.html") : undefined);
    if (!file) return false;
    const hashed = path.startsWith("/assets/");
    response.writeHead(200, {
      ...securityHeaders,
      "content-security-policy": contentSecurityPolicy,
      "content-type": contentTypes[extname(file.path)] ?? "application/octet-stream",
      "content-length": file.size,
      "cache-control": hashed ? "public, max-age=31536000, immutable" : "no-cache",
    });
    if (request.method === "HEAD") response.end();
    else
      createReadStream(file.path)
        .on("error", () => response.destroy())
        .pipe(response);
    return true;
  };
}

async function fileAt(folder: string, path: string): Promise<{ path: string; size: number } | undefined> {
  let name: string;
  try {
    name = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  const full = resolve(join(folder, name));
  if (!full.startsWith(resolve(folder) + sep) || name.includes("\0")) return undefined;
  const found = await stat(full).catch(() => undefined);
  return found?.isFile() ? { path: full, size: found.size } : undefined;
}

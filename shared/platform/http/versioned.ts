import { Invalid } from "../errors.ts";
import type { HttpReply, HttpRequest } from "./request.ts";

/** The version a caller read before it writes, from If-Match; undefined: whatever it is now. */
export function ifMatch(request: HttpRequest): number | undefined {
  const header = request.headers["if-match"];
  if (header === undefined || header === "*") return undefined;
  const version = /^(?:W\/)?"?(\d{1,15})"?$/.exec(header.trim())?.[1];
  if (version === undefined) {
    throw new Invalid(`If-Match must be the version that was read, like "3", not ${header}.`, "If-Match");
  }
  return Number(version);
}

/** An answer with its version in ETag, for If-Match of the next write. */
export function withVersion(status: number, body: { version: number }): HttpReply {
  return { status, headers: { etag: `"${body.version}"` }, body };
}

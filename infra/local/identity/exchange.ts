import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { z } from "zod";
import { securityHeaders } from "../http/security-headers.ts";
import { pagePolicy } from "./page.ts";

/** An address and three passwords of 200 characters, each written as bytes. */
const mostFormBytes = 8_192;

/** What a form of the provider's own pages sent; undefined where it is too long or not what was asked for. */
export async function readForm<T extends z.ZodType>(
  request: IncomingMessage,
  schema: T,
): Promise<z.infer<T> | undefined> {
  if (!(Number(request.headers["content-length"] ?? Number.NaN) <= mostFormBytes)) return undefined;
  return schema.safeParse(Object.fromEntries(new URLSearchParams(await text(request)))).data;
}

/** Answers with one of the provider's own pages. */
export function showPage(response: ServerResponse, status: number, page: string): void {
  response
    .writeHead(status, {
      ...securityHeaders,
      // Without a referrer a browser sends the form from the origin "null", which nobody may write from.
      "referrer-policy": "same-origin",
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": pagePolicy,
      "cache-control": "no-store",
    })
    .end(page);
}

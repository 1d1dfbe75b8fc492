import { gunzipSync } from "node:zlib";
import { Invalid } from "../platform/errors.ts";
import type { HttpRequest } from "../platform/http/request.ts";
import { limits } from "./limits.ts";

/** A media type without its parameters, in lower case; "" where none was sent. */
export function mediaTypeOf(request: HttpRequest): string {
  return (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/**
 * The body, decompressed. Throws Invalid: 415 for a media type or encoding that is not taken here, 413 above
 * the limit before and after gunzip (never inflating past it), 400 for broken gzip.
 */
export function readBody<T extends string>(
  request: HttpRequest,
  mediaTypes: readonly T[],
): { mediaType: T; bytes: Buffer } {
  const sent = mediaTypeOf(request);
  const mediaType = mediaTypes.find((known) => known === sent);
  if (!mediaType) {
    throw new Invalid(
      `Content-Type "${sent.slice(0, 100)}" is not taken here; send ${mediaTypes.join(" or ")}.`,
      "content-type",
      415,
    );
  }
  if (request.body.length > limits.bodyBytes) throw tooLarge(`has ${request.body.length} bytes`);
  return { mediaType, bytes: decoded(request) };
}

function decoded(request: HttpRequest): Buffer {
  const encoding = (request.headers["content-encoding"] ?? "").trim().toLowerCase();
  if (encoding === "" || encoding === "identity") return request.body;
  if (encoding !== "gzip") {
    throw new Invalid(
      `Content-Encoding "${encoding.slice(0, 100)}" is not taken here; send gzip or none.`,
      "content-encoding",
      415,
    );
  }
  try {
    return gunzipSync(request.body, { maxOutputLength: limits.bodyBytes });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") throw tooLarge("is larger after gunzip");
    throw new Invalid(`The body is not gzip: ${message}.`);
  }
}

function tooLarge(what: string): Invalid {
  return new Invalid(`The body ${what}; at most ${limits.bodyBytes} bytes are taken, split it.`, "body", 413);
}

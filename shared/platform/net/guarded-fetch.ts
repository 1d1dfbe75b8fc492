import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { RequestOptions } from "node:https";
import { whyNotPublic } from "./address.ts";
import { FetchError } from "./fetch-error.ts";
import { whyHeaderRefused, withoutCredentials } from "./headers.ts";
import { judgeUrl, literalOf } from "./judge-url.ts";

export interface GuardedRequest {
  url: string;
  method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** For the whole exchange, name lookup and redirects included. */
  timeoutMs?: number;
  /** The answer's body is cut there, and `truncated` says so. */
  maxResponseBytes?: number;
  /** `keep-method` follows 307 and 308 alone, and hands back a 301, 302 or 303, which would lose the body. */
  redirects?: "follow" | "keep-method";
}

export interface GuardedResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  bodyText: string;
  truncated: boolean;
}

export type GuardedFetch = (request: GuardedRequest) => Promise<GuardedResponse>;

export interface GuardedFetchOptions {
  /** `host:port` or `host:*` that may be reached whatever it is: doubles in tests, a laptop's own services. */
  allow: readonly string[];
  /** Every A and AAAA record of a name. */
  resolve?: (hostname: string) => Promise<LookupAddress[]>;
  /** Sends one request over the given, already judged, addresses. */
  send?: (url: URL, options: RequestOptions) => Promise<ClientRequest>;
}

interface Hop {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
}

const maxRedirects = 3;

/**
 * The only way out of the platform. Each connection goes to the very addresses that were judged: a name is
 * resolved once, and one private record among its addresses refuses it. Redirects are followed by hand and
 * judged again at each hop; credentials do not cross to another origin. Throws FetchError.
 */
export function makeGuardedFetch({
  allow,
  resolve = resolveAll,
  send = sendOver,
}: GuardedFetchOptions): GuardedFetch {
  return async (request) => {
    const { timeoutMs = 10_000, maxResponseBytes = 65_536, redirects = "follow" } = request;
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    let connected = false;
    let hop: Hop = {
      url: request.url,
      method: request.method ?? "GET",
      headers: { ...request.headers },
      body: request.body,
    };
    try {
      for (let redirect = 0; redirect <= maxRedirects; redirect++) {
        connected = false;
        const { url, addresses } = await admit(hop, allow, resolve, deadline.signal);
        const asked = await send(url, requestOptions(hop, addresses, deadline.signal));
        const answer = await exchange(asked, hop.body, () => {
          connected = true;
        });
        const next = nextHop(hop, url, answer, redirects);
        if (!next) return await read(answer, maxResponseBytes);
        answer.destroy();
        hop = next;
      }
    } catch (error) {
      throw asFetchError(error, connected, deadline.signal.aborted, timeoutMs);
    } finally {
      clearTimeout(timer);
    }
    throw new FetchError(
      "transport",
      "too many redirects",
      `The address redirected more than ${maxRedirects} times.`,
    );
  };
}

async function admit(
  hop: Hop,
  allow: readonly string[],
  resolve: (hostname: string) => Promise<LookupAddress[]>,
  signal: AbortSignal,
): Promise<{ url: URL; addresses: LookupAddress[] }> {
  for (const [name, value] of Object.entries(hop.headers)) {
    const why = whyHeaderRefused(name, value);
    if (why) throw new FetchError("refused", why);
  }
  const judged = judgeUrl(hop.url, allow);
  if (judged.kind === "refused") throw new FetchError("refused", `the address ${judged.why}`);
  const { url, allowListed } = judged;
  const literal = literalOf(url.hostname);
  const addresses =
    literal === undefined
      ? await unlessAborted(resolve(url.hostname), signal)
      : [{ address: literal, family: literal.includes(":") ? 6 : 4 }];
  if (addresses.length === 0) throw new FetchError("transport", `${url.hostname} has no address`);
  const why = addresses.map(({ address }) => whyNotPublic(address)).find((found) => found !== undefined);
  if (why && !allowListed) throw new FetchError("refused", `${url.hostname}: ${why}`);
  return { url, addresses };
}

function requestOptions(hop: Hop, addresses: LookupAddress[], signal: AbortSignal): RequestOptions {
  return {
    method: hop.method,
    headers: { "accept-encoding": "identity", ...hop.headers },
    // A socket of its own: a kept one might lead where another request was allowed to go.
    agent: false,
    rejectUnauthorized: true,
    signal,
    lookup: (_hostname, options, done) => {
      const [first] = addresses;
      if (options.all || !first) done(null, addresses);
      else done(null, first.address, first.family);
    },
  };
}

/** Loaded at the first request: on its own node:http brings in undici, twenty milliseconds of every cold start. */
async function sendOver(url: URL, options: RequestOptions): Promise<ClientRequest> {
  const { request } = await (url.protocol === "https:" ? import("node:https") : import("node:http"));
  return request(url, options);
}

function exchange(
  asked: ClientRequest,
  body: string | Uint8Array | undefined,
  onConnect: () => void,
): Promise<IncomingMessage> {
  return new Promise((done, failed) => {
    asked.once("socket", (socket) => {
      if (!socket.connecting) onConnect();
      else socket.once("connect", onConnect);
    });
    asked.once("response", done);
    asked.on("error", failed);
    asked.end(body);
  });
}

function nextHop(
  hop: Hop,
  from: URL,
  answer: IncomingMessage,
  redirects: "follow" | "keep-method",
): Hop | undefined {
  const { statusCode: status = 0, headers } = answer;
  if (![301, 302, 303, 307, 308].includes(status) || headers.location === undefined) return undefined;
  const keepsMethod = status === 307 || status === 308 || hop.method === "GET" || hop.method === "HEAD";
  if (!keepsMethod && redirects === "keep-method") return undefined;
  if (!URL.canParse(headers.location, from.href))
    throw new FetchError("refused", "the redirect is not a URL");
  const to = new URL(headers.location, from);
  const kept = to.origin === from.origin ? hop.headers : withoutCredentials(hop.headers);
  if (keepsMethod) return { ...hop, url: to.href, headers: kept };
  const bodiless = Object.entries(kept).filter(([name]) => !name.toLowerCase().startsWith("content-"));
  return { url: to.href, method: "GET", headers: Object.fromEntries(bodiless), body: undefined };
}

async function read(answer: IncomingMessage, maxBytes: number): Promise<GuardedResponse> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let truncated = false;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, maxBytes - bytes));
    bytes += chunk.length;
    truncated = bytes > maxBytes;
    if (truncated) break;
  }
  return {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(
      Object.entries(answer.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
      ),
    ),
    bodyText: Buffer.concat(chunks).toString("utf8"),
    truncated,
  };
}

function asFetchError(error: unknown, connected: boolean, late: boolean, timeoutMs: number): FetchError {
  if (error instanceof FetchError) return error;
  const detail = error instanceof Error ? error.message || error.name : String(error);
  if (!connected) return new FetchError(late ? "timed-out" : "transport", detail);
  // Past the connection it was a public address that failed, and why helps its owner.
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const text = late
    ? `The address took the connection but did not answer within ${timeoutMs} ms.`
    : /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code)
      ? `The address has no valid TLS certificate (${code}).`
      : "The address broke off the connection before it answered.";
  return new FetchError(late ? "timed-out" : "transport", detail, text);
}

function resolveAll(hostname: string): Promise<LookupAddress[]> {
  return lookup(hostname, { all: true, verbatim: true });
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((done, failed) => {
    if (signal.aborted) failed(new Error("no time was left for the name lookup"));
    signal.addEventListener("abort", () => failed(new Error("the name lookup took too long")), {
      once: true,
    });
    work.then(done, failed);
  });
}

import { request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { FetchError } from "../../../shared/platform/net/fetch-error.ts";
import { makeGuardedFetch } from "../../../shared/platform/net/guarded-fetch.ts";
import { type Outside, startOutside } from "../../support/outside.ts";
import { inwardUrls } from "./inward-urls.ts";

let outside: Outside;
let forbidden: Outside;
beforeEach(async () => {
  [outside, forbidden] = await Promise.all([startOutside(), startOutside()]);
});
afterEach(async () => {
  await Promise.all([outside.stop(), forbidden.stop()]);
});

const portOf = (of: Outside) => new URL(of.url).port;
const fetchAllowed = () => makeGuardedFetch({ allow: [outside.host] });
const failure = async (work: Promise<unknown>): Promise<FetchError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof FetchError) return error;
  throw new Error(`expected a FetchError, got ${String(error)}`);
};

describe("guarded fetch", () => {
  test("sends the method, headers and body, and hands back status, headers and text", async () => {
    outside.script([{ status: 202, headers: { "x-reply": "yes" }, body: "grüezi" }]);

    const answer = await fetchAllowed()({
      url: `${outside.url}/hook?x=1`,
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: "hello",
    });

    expect(answer).toMatchObject({ status: 202, bodyText: "grüezi", truncated: false });
    expect(answer.headers["x-reply"]).toBe("yes");
    expect(outside.requests[0]).toMatchObject({ method: "POST", path: "/hook?x=1", body: "hello" });
  });

  test.each(inwardUrls)("S-15: %s on the port of a listening fake gets zero connections", async (url) => {
    const aimed = new URL(url.replace(/^https/, "http").replace(/\/(?=[^/]*$)/, `:${portOf(forbidden)}/`));
    const guarded = makeGuardedFetch({ allow: [] });

    expect(await failure(guarded({ url: aimed.href }))).toMatchObject({ kind: "refused" });
    expect(await failure(guarded({ url: aimed.href.replace(/^http/, "https") }))).toMatchObject({
      kind: "refused",
    });

    expect(forbidden.connections()).toBe(0);
  });

  test.each(inwardUrls)("S-15 S-18: a redirect to %s is refused at the hop", async (url) => {
    outside.script([{ status: 307, redirectTo: url.replace(/[^ -~]/g, encodeURIComponent) }]);

    expect(await failure(fetchAllowed()({ url: outside.url }))).toMatchObject({ kind: "refused" });
  });

  test.each([302, 307, 308])("S-18: a %i to a forbidden fake gets zero connections", async (status) => {
    outside.script([{ status, redirectTo: `${forbidden.url}/` }]);

    const error = await failure(fetchAllowed()({ url: outside.url }));

    expect(error.kind).toBe("refused");
    expect(forbidden.connections()).toBe(0);
  });

  test("S-16: a name that is public when judged and loopback when asked again connects to what was judged", async () => {
    const answers = ["93.184.216.34", "127.0.0.1"];
    let lookups = 0;
    const connectedTo: string[] = [];
    const guarded = makeGuardedFetch({
      allow: [],
      resolve: async () => [{ address: answers[lookups++] ?? "127.0.0.1", family: 4 }],
      // Stands for the socket: notes where it would lead, and leads to the permitted double instead.
      send: async (url, options) => {
        options.lookup?.(url.hostname, { all: true }, (_error, found) => {
          for (const { address } of found as { address: string }[]) connectedTo.push(address);
        });
        return httpRequest(outside.url, { agent: false });
      },
    });
    const url = `https://rebind.example:${portOf(forbidden)}/`;

    await guarded({ url });
    const second = await failure(guarded({ url }));

    expect(connectedTo).toEqual(["93.184.216.34"]);
    expect(second.kind).toBe("refused");
    expect(lookups).toBe(2);
    expect(forbidden.connections()).toBe(0);
  });

  test("S-16: the socket really goes to the address the one lookup gave", async () => {
    let lookups = 0;
    const guarded = makeGuardedFetch({
      allow: [`name.example:${portOf(outside)}`],
      resolve: async () => [{ address: lookups++ === 0 ? "127.0.0.1" : "127.0.0.2", family: 4 }],
    });

    const answer = await guarded({ url: `http://name.example:${portOf(outside)}/` });

    expect(answer.status).toBe(200);
    expect(lookups).toBe(1);
    expect(outside.requests[0]?.headers["host"]).toBe(`name.example:${portOf(outside)}`);
  });

  test.each([
    [["93.184.216.34", "127.0.0.1"]],
    [["2606:4700::1111", "10.0.0.1"]],
    [["93.184.216.34", "::ffff:127.0.0.1"]],
    [["93.184.216.34", "64:ff9b::7f00:1"]],
  ])("S-17: a name with one public and one private address is refused: %j", async (addresses) => {
    const guarded = makeGuardedFetch({
      allow: [],
      resolve: async () => addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    });

    const error = await failure(guarded({ url: `https://mixed.example:${portOf(forbidden)}/` }));

    expect(error.kind).toBe("refused");
    expect(forbidden.connections()).toBe(0);
  });

  test("S-18: credentials and cookies do not cross to another origin; they stay on the same one", async () => {
    const other = await startOutside();
    const guarded = makeGuardedFetch({ allow: [outside.host, other.host] });
    const headers = { authorization: "Bearer secret", cookie: "a=b", "x-kept": "1" };
    outside.script([
      { status: 302, redirectTo: "/again" },
      { status: 302, redirectTo: `${other.url}/there` },
    ]);

    await guarded({ url: `${outside.url}/start`, headers });

    expect(outside.requests[1]).toMatchObject({
      path: "/again",
      headers: { authorization: "Bearer secret" },
    });
    expect(other.requests[0]?.headers).toMatchObject({ "x-kept": "1" });
    expect(other.requests[0]?.headers).not.toHaveProperty("authorization");
    expect(other.requests[0]?.headers).not.toHaveProperty("cookie");
    await other.stop();
  });

  test("S-18: a redirected POST becomes a GET without its body, unless the caller keeps the method", async () => {
    const post = {
      url: outside.url,
      method: "POST",
      body: "x",
      headers: { "content-type": "text/plain" },
    } as const;
    outside.script([{ status: 302, redirectTo: "/a" }]);
    await fetchAllowed()(post);
    expect(outside.requests[1]).toMatchObject({ method: "GET", path: "/a", body: "" });
    expect(outside.requests[1]?.headers).not.toHaveProperty("content-type");

    outside.script([{ status: 302, redirectTo: "/b" }]);
    expect((await fetchAllowed()({ ...post, redirects: "keep-method" })).status).toBe(302);

    outside.script([{ status: 308, redirectTo: "/c" }]);
    await fetchAllowed()({ ...post, redirects: "keep-method" });
    expect(outside.requests.at(-1)).toMatchObject({ method: "POST", path: "/c", body: "x" });
  });

  test("a redirect loop ends after three hops", async () => {
    outside.script([], { status: 302, redirectTo: "/round" });

    expect((await failure(fetchAllowed()({ url: outside.url }))).message).toMatch(
      /redirected more than 3 times/,
    );
    expect(outside.requests).toHaveLength(4);
  });

  test("S-20: refused, closed and filtered targets read the same", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await new Promise((listening) => closed.once("listening", listening));
    const closedPort = (closed.address() as AddressInfo).port;
    await new Promise((done) => closed.close(done));
    const refused = makeGuardedFetch({
      allow: [],
      resolve: async () => [{ address: "10.0.0.1", family: 4 }],
    });
    const filtered = makeGuardedFetch({
      allow: [],
      resolve: async () => [{ address: "93.184.216.34", family: 4 }],
      send: async (_url, { signal }) =>
        httpRequest(outside.url, { signal, createConnection: () => unanswered() }),
    });

    const errors = await Promise.all([
      failure(refused({ url: "https://intranet.example/" })),
      failure(makeGuardedFetch({ allow: ["127.0.0.1:*"] })({ url: `http://127.0.0.1:${closedPort}/` })),
      failure(filtered({ url: "https://filtered.example/", timeoutMs: 50 })),
      failure(makeGuardedFetch({ allow: [], resolve: async () => [] })({ url: "https://nowhere.example/" })),
    ]);

    expect(errors.map(({ kind }) => kind)).toEqual(["refused", "transport", "timed-out", "transport"]);
    expect(new Set(errors.map(({ message }) => message)).size).toBe(1);
  });

  test.each([
    ["Host", "internal"],
    ["Transfer-Encoding", "chunked"],
    ["Content-Length", "0"],
    ["X-Amzn-Trace-Id", "Root=1"],
    ["x-amz-security-token", "t"],
    ["Proxy-Authorization", "Basic x"],
    ["x-ok", "a\r\nx-injected: 1"],
    ["x-ok", "a\nb"],
    ["x-ok", "a\u0000b"],
    ["x-ok\r\nx-injected", "1"],
    ["x ok", "1"],
    ["", "1"],
  ])("S-21: the header %j: %j is refused", async (name, value) => {
    const error = await failure(fetchAllowed()({ url: outside.url, headers: { [name]: value } }));

    expect(error.kind).toBe("refused");
    expect(outside.connections()).toBe(0);
  });

  test("S-21: no header value of any kind smuggles another header in", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 20 }), async (value) => {
        outside.requests.length = 0;
        await fetchAllowed()({ url: outside.url, headers: { "x-user": value } }).catch(() => undefined);
        const names = Object.keys(outside.requests[0]?.headers ?? {});
        expect(["accept-encoding", "connection", "host", "x-user"]).toEqual(expect.arrayContaining(names));
      }),
      { numRuns: 50 },
    );
  });

  test("S-26: an answer larger than the cap is cut there", async () => {
    outside.script([{ status: 200, body: "x".repeat(300_000) }]);

    const answer = await fetchAllowed()({ url: outside.url, maxResponseBytes: 1_000 });

    expect(answer).toMatchObject({ bodyText: "x".repeat(1_000), truncated: true });
  });

  test("a far end that says nothing is left when the time is out", async () => {
    outside.script(["hang"]);

    const error = await failure(fetchAllowed()({ url: outside.url, timeoutMs: 50 }));

    expect(error.kind).toBe("timed-out");
    expect(error.message).toMatch(/did not answer within 50 ms/);
  });

  test("a name lookup that hangs is left when the time is out", async () => {
    const guarded = makeGuardedFetch({ allow: [], resolve: () => new Promise(() => undefined) });

    expect(await failure(guarded({ url: "https://slow.example/", timeoutMs: 30 }))).toMatchObject({
      kind: "timed-out",
    });
  });

  test("a connection cut before the answer is a transport failure", async () => {
    outside.script(["cut"]);

    expect(await failure(fetchAllowed()({ url: outside.url }))).toMatchObject({ kind: "transport" });
  });
});

/** A socket that never connects, as behind a firewall that drops. */
function unanswered() {
  return connect({ host: "name.invalid", port: 1, lookup: () => undefined });
}

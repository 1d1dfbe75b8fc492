import { mkdtempSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import { type Runtime, startRuntime } from "../support/runtime.ts";

const functions = ["tenancy-session", "ingest-api", "realtime-connect", "platform-outbox"];
let runtime: Runtime;
let dataDir: string;
let port: number;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "sentinelops-runtime-"));
  runtime = await startRuntime({ dataDir, functions });
  port = Number(new URL(runtime.url).port);
});
afterAll(async () => {
  await runtime.stop();
  await rm(dataDir, { recursive: true, force: true });
});

interface Asked {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}
/** fetch does not let a caller choose Host or Origin. */
function ask({ method = "GET", path = "/api/session", headers = {}, body }: Asked) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      const request = httpRequest({ host: "127.0.0.1", port, method, path, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      });
      request.on("error", reject);
      request.end(body);
    },
  );
}

/** What in the data folder, itself included, anybody else on this machine could read. */
async function openToOthers(): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  const open = await Promise.all(
    [dataDir, ...paths].map(async (path) => {
      const found = await stat(path);
      const mode = (found.mode & 0o777).toString(8);
      return mode === (found.isDirectory() ? "700" : "600") ? [] : [`${mode} ${path}`];
    }),
  );
  return open.flat();
}

const asAdmin = () => ({ authorization: `Bearer ${runtime.adminKey}` });

describe("S-72 the runtime is this machine's alone", () => {
  test("its folder is 0700 and every file in it 0600", async () => {
    expect(await openToOthers()).toEqual([]);
    expect(await readdir(dataDir)).toEqual(expect.arrayContaining(["local.json", "secrets.json"]));
  });

  test("none of its ports answers on another interface", async () => {
    const outer = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.family === "IPv4" && !address.internal);
    const ports = [runtime.url, ...Object.values(runtime.awsEnv)].flatMap((value) =>
      value.startsWith("http://") ? [Number(new URL(value).port)] : [],
    );

    expect(ports).toHaveLength(3);
    if (!outer) return;
    for (const each of ports) {
      const reached = await new Promise<string>((resolve) => {
        const socket = connect({ host: outer.address, port: each });
        socket.on("connect", () => resolve("reached")).on("error", () => resolve("refused"));
        socket.on("close", () => socket.destroy());
      });
      expect([each, reached]).toEqual([each, "refused"]);
    }
  });

  test.each(["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])("it answers to the name %s", async (name) => {
    expect(await ask({ headers: { ...asAdmin(), host: `${name}:${port}` } })).toMatchObject({ status: 200 });
  });

  test.each(["evil.example", "127.0.0.1.evil.example", "localhost:1", "169.254.169.254"])(
    "a foreign Host %j is refused",
    async (host) => {
      const answer = await ask({ headers: { ...asAdmin(), host } });

      expect(answer.status).toBe(403);
      expect(answer.headers["content-type"]).toBe("application/problem+json");
      expect(answer.body).not.toContain(host);
    },
  );

  test.each(["https://evil.example", "null", "http://localhost:1"])(
    "a write from a page of %s is refused",
    async (origin) => {
      const answer = await ask({
        method: "POST",
        path: "/api/ingest/metrics",
        headers: { authorization: `Bearer ${runtime.ingestKey}`, origin, "content-type": "application/json" },
        body: '[{"name":"a","value":1}]',
      });

      expect(answer.status).toBe(403);
    },
  );

  test("the engines behind it answer nobody who lacks their key, and no page", async () => {
    const body = '{"TableName":"tenancy"}';
    const headers = {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.Scan",
      "x-amz-date": "20260101T000000Z",
    };
    const signed = (keyId: string) =>
      `AWS4-HMAC-SHA256 Credential=${keyId}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00`;
    const own = signed(runtime.awsEnv["AWS_ACCESS_KEY_ID"] ?? "");

    for (const endpoint of ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"]) {
      const url = runtime.awsEnv[endpoint] ?? "";
      const post = async (more: Record<string, string>) =>
        (await fetch(url, { method: "POST", headers: { ...headers, ...more }, body })).status;

      expect(await post({})).toBe(403);
      expect(await post({ authorization: signed("guessed") })).toBe(403);
      expect(await post({ authorization: own, origin: "http://evil.example" })).toBe(403);
      expect(await post({ authorization: own })).not.toBe(403);
    }
  });

  test("a second runtime on its folder is refused, naming the first", async () => {
    await expect(startRuntime({ dataDir, functions })).rejects.toThrow(
      `Another runtime (process ${runtime.pid}, ${runtime.url}) has ${dataDir}`,
    );
  });
});

describe("S-23: a page of another origin", () => {
  const origin = "https://evil.example";
  const allowed = (headers: Record<string, unknown>) =>
    Object.keys(headers).filter((name) => name.startsWith("access-control-"));

  test.each(["/api/session", "/api/ingest/metrics", "/session/refresh", "/", "/idp/auth"])(
    "that asks first whether it may use %s is not told that it may",
    async (path) => {
      const answer = await ask({
        method: "OPTIONS",
        path,
        headers: {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "authorization",
        },
      });

      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(allowed(answer.headers)).toEqual([]);
    },
  );

  test.each(["/api/session", "/api/nowhere", "/", "/idp/.well-known/openid-configuration", "/idp/jwks"])(
    "may not read what %s answers",
    async (path) => {
      const answer = await ask({ path, headers: { ...asAdmin(), origin } });

      expect(allowed(answer.headers)).toEqual([]);
    },
  );
});

describe("the HTTP API", () => {
  test("the sign-in link opens a session by cookie", async () => {
    const signedIn = await fetch(runtime.dashboardUrl, { redirect: "manual" });
    const cookie = signedIn.headers.getSetCookie()[0]?.split(";")[0] ?? "";

    expect(signedIn.status).toBe(302);
    expect(await ask({ headers: { cookie } })).toMatchObject({ status: 200 });
  });

  test("unknown addresses and methods are told in problem details with the request id", async () => {
    const unknown = await ask({ path: "/api/nowhere" });
    const wrong = await ask({ method: "DELETE", headers: asAdmin() });

    expect(unknown.status).toBe(404);
    expect(JSON.parse(unknown.body)).toMatchObject({
      status: 404,
      requestId: unknown.headers["x-request-id"],
    });
    expect(wrong.status).toBe(405);
    expect(wrong.headers["allow"]).toBe("GET");
  });

  test.each(["TRACE", "OPTIONS", "HEAD", "PROPFIND", "DELETE"])(
    "S-24: %s, which no route has, is refused and serves nothing",
    async (method) => {
      const answer = await ask({ method, headers: asAdmin() });

      expect(answer.status).toBe(405);
      expect(answer.body).not.toContain(runtime.tenantId);
    },
  );

  test("R-21 a chunked body without a length is taken", async () => {
    const answer = await fetch(`${runtime.url}/api/ingest/metrics`, {
      method: "POST",
      headers: { authorization: `Bearer ${runtime.ingestKey}`, "content-type": "application/json" },
      body: new Blob(['[{"name":"chunked","value":1}]']).stream(),
      duplex: "half",
    } as RequestInit);

    expect(await answer.json()).toMatchObject({ accepted: 1 });
  });

  test("F19 a body above 10 MB is 413 before it is read, declared or not", async () => {
    const headers = { authorization: `Bearer ${runtime.ingestKey}`, "content-type": "application/json" };
    const declared = await ask({
      method: "POST",
      path: "/api/ingest/metrics",
      headers: { ...headers, "content-length": String(11 * 1024 * 1024) },
      body: Buffer.alloc(11 * 1024 * 1024, 32),
    });
    const chunked = await ask({
      method: "POST",
      path: "/api/ingest/metrics",
      headers: { ...headers, "transfer-encoding": "chunked" },
      body: Buffer.alloc(11 * 1024 * 1024, 32),
    });

    expect([declared.status, chunked.status]).toEqual([413, 413]);
  });

  test("S-12: a huge header is refused before anything reads it", async () => {
    const answer = await ask({ headers: { ...asAdmin(), "x-huge": "x".repeat(1_000_000) } }).catch(
      (error: NodeJS.ErrnoException) => ({ status: error.code }),
    );

    // Who is refused while still sending may find the connection closed before it reads the answer.
    expect([431, "ECONNRESET", "EPIPE"]).toContain(answer.status);
    expect(await ask({ headers: asAdmin() })).toMatchObject({ status: 200 });
  });

  test("the inbox is shown to whoever may read", async () => {
    expect(await ask({ path: "/local/inbox" })).toMatchObject({ status: 401 });
    expect(
      await ask({ path: "/local/inbox", headers: { authorization: `Bearer ${runtime.ingestKey}` } }),
    ).toMatchObject({ status: 403 });
    expect(await ask({ path: "/local/inbox", headers: asAdmin() })).toMatchObject({
      status: 200,
      body: '{"items":[]}',
    });
  });
});

describe("the WebSocket API", () => {
  const open = (headers: Record<string, string>) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers });
      socket.on("open", () => {
        socket.close();
        resolve(101);
      });
      socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
      socket.on("error", () => undefined);
    });

  test("a session may connect; no credential, a foreign page and a foreign name may not", async () => {
    const signedIn = await fetch(runtime.dashboardUrl, { redirect: "manual" });
    const cookie = signedIn.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const origin = runtime.url;

    expect(await open({ cookie, origin })).toBe(101);
    expect(await open({ origin })).toBe(401);
    expect(await open({ cookie, origin: "https://evil.example" })).toBe(403);
    expect(await open({ cookie, origin, host: "evil.example" })).toBe(403);
  });
});

test("a schedule can be fired, and what has none says so", async () => {
  await runtime.fire("platform-outbox");

  await expect(runtime.fire("ingest-api")).rejects.toThrow('"ingest-api" has no schedule; platform-outbox');
});

test("S-72: what it makes while it works is for this machine's user alone too", async () => {
  await fetch(`${runtime.url}/session/sign-in`);
  await ask({ path: "/local/inbox", headers: asAdmin() });
  await runtime.kill();
  runtime = await startRuntime({ dataDir, functions });
  port = Number(new URL(runtime.url).port);

  expect(runtime.firstAccount).toBeUndefined();
  expect(await openToOthers()).toEqual([]);
});

test("F22 a killed runtime starts again with the same keys and takes the folder over", async () => {
  const { adminKey, ingestKey } = runtime;

  await runtime.kill();
  runtime = await startRuntime({ dataDir, functions });
  port = Number(new URL(runtime.url).port);

  expect(runtime).toMatchObject({ adminKey, ingestKey, told: [] });
  expect(await ask({ headers: asAdmin() })).toMatchObject({ status: 200 });
});
